import { createScope } from "../scope.js";
import { createFakeClock } from "./fake-clock.js";

export { faultsOf } from "./check-event.js";
export { createFakeClock, type FakeClock } from "./fake-clock.js";

/** A scope on a fake clock. Whatever the SDK reports fails the test: `errors` must stay empty. */
export function createTestScope() {
  const clock = createFakeClock();
  const errors: unknown[] = [];
  const scope = createScope(clock, (error) => errors.push(error));
  return { clock, scope, errors };
}
