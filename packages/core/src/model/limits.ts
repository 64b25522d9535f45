/** The wire version this code writes. */
export const WIRE_VERSION = 1;

/** Bounds of one beacon. The collector refuses what exceeds them; the SDK stays far below. */
export const BEACON_LIMITS = {
  /** Bytes of the body on the wire. */
  wireBytes: 512 * 1024,
  /** Bytes of the body after inflation. */
  bodyBytes: 2 * 1024 * 1024,
  events: 1000,
  sessions: 20,
  views: 200,
  users: 20,
} as const;
