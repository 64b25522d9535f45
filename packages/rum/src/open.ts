import { type Ns, type RelativeMs, toNs } from "@sojourn/core";
import { remember } from "./remember.js";
import type { Sdk } from "./sdk.js";

type Context = Record<string, unknown>;

/** How the application names what it begins, and again what it ends. */
export interface Ref {
  /** Tells apart those that run under one name at the same time. */
  key?: string;
  /** Goes into the event; what is given at the end is added to what was given at the beginning. */
  context?: Context;
}

/** Something that runs; once it has ended, what is recorded of it. */
export interface Begun {
  readonly at: RelativeMs;
  context?: Context;
  duration?: Ns;
}

/** More than this at once is a page that begins and never ends; the oldest goes first, and is counted as left out. */
const MOST = 100;

/** What the application has begun by name and has not ended yet. `what` is said of those that are left out. */
export function createOpen<T extends Begun>({ copy, drop }: Pick<Sdk, "copy" | "drop">, what: string) {
  const open = new Map<string, T>();

  const idOf = (name: unknown, { key = "" }: Ref) => `${key}\n${name}`;

  return {
    /** Answers what is forgotten for it: the same, begun before, or the oldest. */
    begin(name: unknown, ref: Ref = {}, one: T): T | undefined {
      const id = idOf(name, ref);
      const before = open.get(id);
      one.context = copy(ref.context);
      const oldest = remember(open, MOST, id, one);
      if (oldest) drop(what);
      return before ?? oldest;
    },
    /** Ends, and answers what was begun, if anything was. */
    end(name: unknown, ref: Ref = {}, at: RelativeMs): T | undefined {
      const id = idOf(name, ref);
      const one = open.get(id);
      open.delete(id);
      return (
        one && Object.assign(one, { duration: toNs(at - one.at), context: copy({ ...one.context, ...ref.context }) })
      );
    },
  };
}
