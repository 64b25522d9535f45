import type { Cleaner } from "../clean.js";

const MAX_FILES = 1000;
const MAX_IDS = 20;
const LONGEST = 2000;

/**
 * Finds ids of the source maps of the files that an error's stacks name. Bundler plugins put into each file a line that
 * notes its id under the stack of an error made there.
 */
export function createDebugIds(clean: Cleaner["text"]) {
  /** Stack → its file: read once, since there are many and they stay. */
  const files = new Map<string, string>();

  function fileOf(stack: string): string {
    // The file that made the error stands in the first line that has a position.
    const url = files.get(stack) ?? clean(/\b\w+:\/\/[^\s()]+?(?=:\d+:\d)/.exec(stack.slice(0, LONGEST))?.[0] ?? "");
    files.set(stack, url);
    return url;
  }

  return (described: object): { url: string; id: string }[] | undefined => {
    const { _sojournDebugIds, _sentryDebugIds } = globalThis as Record<string, unknown>;
    const known = _sojournDebugIds ?? _sentryDebugIds;
    if (!known) return undefined;
    const text = JSON.stringify(described);
    const ids = Object.entries(known)
      .slice(0, MAX_FILES)
      .flatMap(([stack, id]) => {
        const url = fileOf(stack);
        return url && text.includes(`${url}:`) ? [{ url, id: String(id).slice(0, 64) }] : [];
      });
    return ids.length ? ids.slice(0, MAX_IDS) : undefined;
  };
}
