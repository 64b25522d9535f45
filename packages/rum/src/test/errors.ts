import type { ErrorDetails } from "../errors/index.js";
import { errors } from "../errors/index.js";
import { createTestSdk } from "./sdk.js";

/** The errors feature, and what it recorded. */
export function setUpErrors(options: Record<string, unknown> = {}) {
  const test = createTestSdk({ options });
  const { calls, drain } = test.start(errors());
  return {
    ...test,
    early: calls?.early,
    add: (error: unknown, context?: Record<string, unknown>, details?: ErrorDetails) =>
      calls?.addError(test.clock.now(), error, context, details),
    /** What was recorded, with what only waited for its task to end. */
    kept() {
      drain?.(false);
      return test.events("error");
    },
    /** What was left out, by its reason. */
    drops: () => test.views.current()?.drops,
  };
}
