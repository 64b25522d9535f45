import type { Scope } from "../scope.js";
import { tried } from "../tried.js";

/** `fetchLater`, where the browser has it: https://fetch.spec.whatwg.org/#deferred-fetches */
type FetchLater = (url: string, init: RequestInit & { activateAfter?: number }) => { readonly activated: boolean };

/** Requests that the browser makes when the page is gone, however it went. */
export interface Deferred {
  /** What would be lost if the page were gone now; takes the place of what was said before. */
  arm(bodies: readonly string[]): void;
  /** Sends now, in a budget of its own. False where that is not to be had. */
  send(body: BodyInit): boolean;
}

export function createDeferred(scope: Scope, url: string): Deferred {
  const later = (globalThis as { fetchLater?: FetchLater }).fetchLater;
  let abort: AbortController | undefined;

  /** Over the quota it throws, and in frames that may not. */
  const ask = (body: BodyInit, more: Parameters<FetchLater>[1]) =>
    tried(() => later?.call(globalThis, url, { method: "POST", body, referrerPolicy: "origin", ...more }));

  function arm(bodies: readonly string[]): void {
    abort?.abort();
    abort = undefined;
    if (!later || !bodies.length) return;
    abort = new AbortController();
    for (const body of bodies) ask(body, { signal: abort.signal });
  }

  scope.add(() => arm([]));
  return { arm, send: (body) => !!ask(body, { activateAfter: 0 }) };
}
