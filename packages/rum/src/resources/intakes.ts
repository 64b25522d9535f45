import { intakeOf } from "../intake.js";
import type { Sdk } from "../sdk.js";

/** Places that measurements of this page send to, also those of another copy of this code. They stay: what was sent may be told of late. */
const SHARED: unique symbol = Symbol.for("sojourn.intakes") as never;

const placeOf = (url: string) => url.replace(/^https?:|[?#].*/g, "");

/**
 * A service: whether a request is one to an intake, its own or that of another SDK on the page. These are none of the page's,
 * and what tells of one makes the next: two SDKs would keep each other awake for ever.
 */
export function intakes({ options }: Pick<Sdk, "options">): (url: string) => boolean {
  const page = globalThis as { [SHARED]?: Set<string> };
  page[SHARED] ??= new Set();
  const places = page[SHARED].add(placeOf(intakeOf(options).href));
  return (url) => places.has(placeOf(url));
}
