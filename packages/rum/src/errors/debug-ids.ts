import type { Cleaner } from "../clean.js";

const MAX_FILES = 1000;
const MAX_IDS = 20;
const LONGEST = 2000;

/**
 * Ids of the source maps of the files that an error's stacks name. Bundler plugins put into each file a line that
 * notes its id under the stack of an error made there.
 */
export function debugIds(described: object, clean: Cleaner["text"]): { url: string; id: string }[] | undefined {
  const { _sojournDebugIds, _sentryDebugIds } = globalThis as Record<string, unknown>;
  const known = _sojournDebugIds ?? _sentryDebugIds;
  if (!known) return undefined;
  const text = JSON.stringify(described);
  const ids = Object.entries(known)
    .slice(0, MAX_FILES)
    .flatMap(([stack, id]) => {
      // The file that made the error stands in the first line that has a position.
      const url = clean(/\b\w+:\/\/[^\s()]+?(?=:\d+:\d)/.exec(stack.slice(0, LONGEST))?.[0] ?? "");
      return url && text.includes(`${url}:`) ? [{ url, id: String(id).slice(0, 64) }] : [];
    });
  return ids.length ? ids.slice(0, MAX_IDS) : undefined;
}
