import { createRum, type Sojourn } from "./api.js";

/**
 * Entry of the script-tag file. The page may have left a stand-in that remembers calls, `sojourn = { q: [["init", …]] }`,
 * while this file was on its way; a second copy of the file leaves the first one alone.
 */
interface StandIn {
  q?: [method: keyof Sojourn, ...args: unknown[]][];
}

const holder = globalThis as { sojourn?: Sojourn | StandIn };
const before = holder.sojourn;

if (typeof before !== "object" || !("init" in before)) {
  const sojourn = createRum();
  holder.sojourn = sojourn;
  for (const [method, ...args] of (before as StandIn | undefined)?.q ?? []) {
    const call = sojourn[method] as ((...args: unknown[]) => unknown) | undefined;
    if (typeof call === "function") call(...args);
  }
}
