import type { RelativeMs, Scope } from "@sojourn/core";
import { patchMethod } from "../patch.js";

/** One request that a script made, as the script saw it. */
export interface ScriptRequest {
  kind: "fetch" | "xhr";
  method: string;
  /** Absolute, as given: it is compared with entries, and cleaned only when kept. */
  url: string;
  startedAt: RelativeMs;
  endedAt?: RelativeMs;
  /** 0 when there was no answer. */
  status?: number;
}

/** Schemes that cause no request on the network and no entry. */
const LOCAL = /^(?:data|blob|about|javascript):/i;

/** Watches `fetch` and `XMLHttpRequest`. `onStart` and `onEnd` see the same object. */
export function observeRequests(
  scope: Scope,
  onStart: (request: ScriptRequest) => void,
  onEnd: (request: ScriptRequest) => void,
): void {
  observeFetch(scope, onStart, onEnd);
  observeXhr(scope, onStart, onEnd);
}

function observeFetch(
  scope: Scope,
  onStart: (request: ScriptRequest) => void,
  onEnd: (request: ScriptRequest) => void,
): void {
  scope.add(
    patchMethod(globalThis as unknown as { fetch: typeof fetch }, "fetch", scope.report, (_self, [input, init]) => {
      const request = begin(scope, "fetch", ...addressOf(input, init));
      if (!request) return undefined;
      onStart(request);
      return (answer) => {
        // A polyfill's promise need not be the browser's.
        if (typeof (answer as Promise<unknown> | undefined)?.then !== "function") return answer;
        // The page gets this promise and not a second branch of the first: a rejection that it leaves unhandled has
        // to stay unhandled.
        return (answer as Promise<unknown>).then(
          (response: unknown) => {
            finish(scope, request, response instanceof Response ? response.status : 0, onEnd);
            return response;
          },
          (error: unknown) => {
            finish(scope, request, 0, onEnd);
            throw error;
          },
        );
      };
    }),
  );
}

function observeXhr(
  scope: Scope,
  onStart: (request: ScriptRequest) => void,
  onEnd: (request: ScriptRequest) => void,
): void {
  const opened = new WeakMap<object, [method: string, url: string]>();
  const { prototype } = XMLHttpRequest;

  scope.add(
    patchMethod(prototype, "open", scope.report, (self, [method, url]) => (result) => {
      opened.set(self as object, [String(method), String(url)]);
      return result;
    }),
  );
  scope.add(
    patchMethod(prototype, "send", scope.report, (self) => {
      const xhr = self as XMLHttpRequest;
      const address = opened.get(xhr);
      const request = address && begin(scope, "xhr", ...address);
      if (!request) return undefined;
      onStart(request);
      // One listener for one sending: the same object may be opened and sent again.
      xhr.addEventListener("loadend", () => finish(scope, request, xhr.status, onEnd), { once: true });
      return undefined;
    }),
  );
}

function addressOf(input: unknown, init: unknown): [method: string, url: string] {
  const fromRequest = input instanceof Request ? input : undefined;
  const given = (init as RequestInit | undefined)?.method;
  return [given ?? fromRequest?.method ?? "GET", fromRequest?.url ?? String(input)];
}

function begin(scope: Scope, kind: ScriptRequest["kind"], method: string, url: string): ScriptRequest | undefined {
  if (LOCAL.test(url)) return undefined;
  const { href } = new URL(url, document.baseURI);
  return { kind, method: method.toUpperCase().slice(0, 32), url: href, startedAt: scope.clock.now() };
}

function finish(scope: Scope, request: ScriptRequest, status: number, onEnd: (request: ScriptRequest) => void): void {
  // Between the page and its answer stands nothing of ours that could throw.
  try {
    if (request.endedAt !== undefined) return;
    request.endedAt = scope.clock.now();
    request.status = status;
    if (!scope.stopped) onEnd(request);
  } catch (error) {
    scope.report(error);
  }
}
