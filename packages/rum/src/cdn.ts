import { createSdk, type StandIn } from "./api.js";
import { allFeatures } from "./features.js";

/**
 * Entry of the script-tag file. The page may have left a stand-in that remembers calls and errors while this file was on
 * its way; a second copy of the file leaves the first one alone.
 */
const holder = globalThis as { sojourn?: (StandIn & { flush?: unknown }) | null };
const before = holder.sojourn ?? {};

if (!before.flush || before.q) {
  const { rum, replay } = createSdk(allFeatures());
  holder.sojourn = rum as object;
  replay(before);
}
