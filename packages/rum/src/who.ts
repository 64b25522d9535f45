import type { UserContext } from "@sojourn/core";

/** What the application says of who is there and of everything that happens. It holds from the next event on. */
export interface Who {
  /** The same object for the same people, so that a body names each of them once. */
  current: UserContext;
  /** What every event carries. */
  context: Record<string, unknown>;
  /** Feature flags by name, with what they were evaluated to. */
  flags: Record<string, unknown>;
}

export const createWho = (): Who => ({ current: {}, context: {}, flags: {} });
