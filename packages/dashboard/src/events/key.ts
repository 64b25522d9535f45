import type { SessionEvent } from "../api/types.js";

/** An event's identity within its session, as it stands in links: page and number. */
export const eventKey = ({ page_id, seq }: SessionEvent): string => `${page_id}:${seq}`;
