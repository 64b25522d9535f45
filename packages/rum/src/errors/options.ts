import { flag, hook, type Options } from "@sojourn/core";
import { rules } from "../rules.js";

/** Options of `init` about errors. */
export const ERROR_OPTIONS = {
  /** Also record what is written with `console.error`. Default true. */
  trackConsoleErrors: flag(true),
  /**
   * Errors whose message holds one of these texts, or matches one of these expressions, are left out. Those of loops in
   * resize observers, and those that only browser extensions had part in, always are.
   */
  ignoreErrors: rules,
  /** Answers what groups an error with others, at most 512 characters; `undefined` leaves it to the collector. */
  fingerprint: hook<(error: unknown) => string | undefined>(),
} as const;

export type ErrorOptions = Options<typeof ERROR_OPTIONS>;
