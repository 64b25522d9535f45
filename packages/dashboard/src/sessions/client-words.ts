import type { SessionItem } from "../api/types.js";

type Client = Pick<SessionItem, "browser" | "browser_version" | "os" | "os_version" | "device">;

/** A client in two short texts: `Chrome 131` and `Linux · desktop`. */
export function clientWords({ browser, browser_version, os, os_version, device }: Client) {
  const version = browser_version.split(".")[0] ?? "";
  return {
    browser: [browser || "Unknown browser", version].filter(Boolean).join(" "),
    system: [[os, os_version].filter(Boolean).join(" "), device].filter(Boolean).join(" · "),
  };
}

/** Who it was, as far as the page told. */
export const userWords = ({ user_id }: Pick<SessionItem, "user_id">): string => user_id || "anonymous";
