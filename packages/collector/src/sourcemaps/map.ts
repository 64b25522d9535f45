import { AnyMap, originalPositionFor, sourceContentFor, type TraceMap } from "@jridgewell/trace-mapping";
import type { Frame } from "../errors/stack.js";

/** Where a call stands in what a developer wrote. */
export interface SourcePlace {
  file: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  /** What the source calls the function, where the call of it says so. */
  function?: string;
  /** The line and those around it, where the map has the source. `first` is the number of the first of `lines`. */
  context?: { first: number; lines: string[] };
}

/** Lines shown before and after. */
const AROUND = 5;
const MAX_LINE = 200;
const MAX_NAME = 1024;

/** A place, and what the source has there as a name: of the function that is called, not of the one that it is in. */
export interface Found {
  place: Omit<SourcePlace, "function">;
  name?: string;
}

/** A map that can be asked. It names files; nothing is ever fetched. */
export interface SourceMap {
  find(frame: Frame): Found | undefined;
}

/** @throws Error saying why a text is no source map of version 3. */
export function readSourceMap(text: string): SourceMap {
  const json: unknown = JSON.parse(text);
  if (typeof json !== "object" || json === null || (json as { version?: unknown }).version !== 3) {
    throw new Error("is no source map of version 3");
  }
  const map = new AnyMap(json as never) as TraceMap;
  /** Lines of sources that were asked for. */
  const known = new Map<string, string[] | undefined>();
  const linesOf = (source: string) => {
    if (!known.has(source)) known.set(source, sourceContentFor(map, source)?.split("\n"));
    return known.get(source);
  };
  // What is broken further in shows here, and not at the first error.
  originalPositionFor(map, { line: 1, column: 0 });

  return {
    find({ line, column }) {
      if (line === undefined || column === undefined || line < 1 || column < 1) return undefined;
      const found = originalPositionFor(map, { line, column: column - 1 });
      if (found.source === null) return undefined;
      const lines = linesOf(found.source);
      const first = Math.max(1, found.line - AROUND);
      const place = {
        file: found.source.slice(0, MAX_NAME),
        line: found.line,
        column: found.column + 1,
        ...(lines &&
          found.line <= lines.length && {
            context: { first, lines: lines.slice(first - 1, found.line + AROUND).map((one) => one.slice(0, MAX_LINE)) },
          }),
      };
      return { place, ...(found.name && { name: found.name.slice(0, MAX_NAME) }) };
    },
  };
}

/** Whether a URL of a frame is one of a built file: its path ends with the file's. */
export function isFileOf(url: string, file: string): boolean {
  const path = url.replace(/[?#].*$/s, "");
  return path === file || path.endsWith(`/${file}`);
}
