import { tried } from "../tried.js";
import type { Kept } from "./spool.js";

/**
 * What a page could not put into the database before it went: in `localStorage`, which is written at once, under a key of
 * the page's own.
 */
const keyOf = (name: string, page: string) => `${name}.${page}`;

/** A compressed body is text of a character a byte there; it does not begin as JSON does. */
const toText = (_: string, value: unknown) => (value instanceof Uint8Array ? String.fromCharCode(...value) : value);
const fromText = (key: string, value: string) =>
  key === "body" && value[0] !== "{" ? Uint8Array.from(value, (char) => char.charCodeAt(0)) : value;

/** Takes the place of what the page had there; nothing removes that. */
export const keepLeft = (name: string, page: string, all: readonly Kept[]): void =>
  tried(() => {
    const key = keyOf(name, page);
    if (all.length) localStorage.setItem(key, JSON.stringify(all, toText));
    else localStorage.removeItem(key);
  });

/** Takes away what all pages left but those that live, and answers it. */
export const takeLeft = (name: string, living?: ReadonlySet<string>): Kept[] =>
  tried(() =>
    Object.keys(localStorage).flatMap((key): Kept[] => {
      const page = key.slice(name.length + 1);
      if (key !== keyOf(name, page) || living?.has(page)) return [];
      const text = localStorage[key];
      localStorage.removeItem(key);
      return tried(() => JSON.parse(text, fromText)) ?? [];
    }),
  ) ?? [];
