import type { Scope } from "../scope.js";
import { tried } from "../tried.js";
import { PLAIN } from "./post.js";

/** `fetchLater`, where the browser has it: https://fetch.spec.whatwg.org/#deferred-fetches */
type FetchLater = (url: string, init: RequestInit & { activateAfter?: number }) => { readonly activated: boolean };

/** Requests that the browser makes when the page is gone, however it went. */
export interface Deferred {
  /** What would be lost if the page were gone now, and where to send it; takes the place of what was said before. */
  arm(url: string, bodies: readonly string[]): void;
  /** Sends now, in a budget of its own. False where that is not to be had. */
  send(url: string, body: BodyInit): boolean;
}

export function createDeferred(scope: Scope): Deferred {
  const later = (globalThis as { fetchLater?: FetchLater }).fetchLater;
  let abort: AbortController | undefined;

  /** Over the quota it throws, and in frames that may not. */
  const ask = (url: string, body: BodyInit, more: Parameters<FetchLater>[1]) =>
    tried(() => later?.call(globalThis, url, { ...PLAIN, body, ...more }));

  function arm(url: string, bodies: readonly string[]): void {
    abort?.abort();
    abort = undefined;
    if (!later || !bodies.length) return;
    abort = new AbortController();
    for (const body of bodies) ask(url, body, { signal: abort.signal });
  }

  scope.add(() => arm("", []));
  return { arm, send: (url, body) => !!ask(url, body, { activateAfter: 0 }) };
}
