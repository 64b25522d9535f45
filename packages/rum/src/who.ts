import type { UserContext } from "@sojourn/core";

/** What the application says of who is there and of everything that happens. It holds from the next event on. */
export interface Who {
  /** The same object for the same people, so that a body names each of them once. */
  readonly current: UserContext;
  /** What every event carries. */
  context: Record<string, unknown>;
  /** Feature flags by name, with what they were evaluated to. */
  flags: Record<string, unknown>;
  /** Replaces one part of {@link Who.current}. */
  set(part: Part, fields: UserContext): void;
}

type Part = "user" | "account" | "visitor";

export function createWho(): Who {
  const parts: Partial<Record<Part, UserContext>> = {};
  let current: UserContext = {};
  return {
    get current() {
      return current;
    },
    context: {},
    flags: {},
    set(part, fields) {
      parts[part] = fields;
      current = { ...parts.user, ...parts.account, ...parts.visitor };
    },
  };
}
