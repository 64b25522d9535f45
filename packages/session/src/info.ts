import type { Session } from "./manager.js";
import { readType, type SessionType, type TypeOptions } from "./type.js";

/** A session as an application sees it. */
export interface SessionInfo {
  id: string;
  type: SessionType;
  /** Epoch ms. */
  created: number;
  /** Epoch ms; moves with activity. */
  expire: number;
  /** False for the moment in which the id may still be replaced by that of another tab. */
  confirmed: boolean;
}

export function describeSession<View>(
  session: Session<View> | undefined,
  options: TypeOptions,
): SessionInfo | undefined {
  if (!session) return undefined;
  const { id, created, expire, confirmed } = session;
  return { id, type: readType(options).type, created, expire, confirmed };
}
