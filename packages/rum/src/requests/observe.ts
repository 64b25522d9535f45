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

/** Told of every request: `started`, then `ended` or `dropped`, if anything. All see the same object. */
export interface RequestWatch {
  started(request: ScriptRequest): void;
  ended(request: ScriptRequest): void;
  /** The call threw, or the page used its XMLHttpRequest for another request meanwhile. */
  dropped(request: ScriptRequest): void;
}

/** Schemes that cause no request on the network and no entry. */
const LOCAL = /^(?:data|blob|about|javascript):/;

/** Watches `fetch` and `XMLHttpRequest`. */
export function observeRequests(scope: Scope, watch: RequestWatch): void {
  observeFetch(scope, watch);
  observeXhr(scope, watch);
}

function observeFetch(scope: Scope, watch: RequestWatch): void {
  scope.add(
    patchMethod(globalThis as unknown as { fetch: typeof fetch }, "fetch", scope.report, (_self, [input, init]) => {
      const fromRequest = input instanceof Request ? input : undefined;
      const { href } = new URL(fromRequest?.url ?? String(input), document.baseURI);
      const method = (init as RequestInit | undefined)?.method ?? fromRequest?.method ?? "GET";
      const request = begin(scope, watch, "fetch", method, href);
      if (!request) return undefined;
      const end = (status: number) => finish(scope, watch, request, status);
      return {
        threw: () => watch.dropped(request),
        returned: (answer) => follow(answer, end),
      };
    }),
  );
}

/** What the page gets for `answer`, of which `end` learns the status. */
function follow(answer: unknown, end: (status: number) => void): unknown {
  // What stands in for the browser's `fetch` may answer anything.
  if (typeof (answer as Promise<unknown> | undefined)?.then !== "function") return answer;
  const promise = answer as Promise<unknown>;
  const branch = promise.then(
    (response) => {
      end(response instanceof Response ? response.status : 0);
      return response;
    },
    (error: unknown) => {
      end(0);
      throw error;
    },
  );
  // The page gets the branch, so that a rejection which it leaves unhandled stays unhandled…
  const isPlain = Object.getPrototypeOf(promise) === Promise.prototype;
  if (isPlain && Reflect.ownKeys(promise).every((key) => key in branch)) return branch;
  // …but not in place of a promise that can more, such as `cancel()`. That one it gets itself. Then the branch must be
  // quiet: it would report a second rejection, also where the page handles the first. The price is that a rejection
  // which the page leaves unhandled is not announced any more; nobody can tell beforehand whether it will be handled.
  branch.then(undefined, () => {});
  return promise;
}

/** What an object was opened for, and the request once it is sent. */
interface Sending {
  method: string;
  url: string;
  request?: ScriptRequest | undefined;
}

const DONE = 4;

function observeXhr(scope: Scope, watch: RequestWatch): void {
  const sendings = new WeakMap<object, Sending>();
  // Resolves as `open` does: in the encoding of the document, where `URL` always takes UTF-8.
  const anchor = document.createElement("a");
  const { prototype } = XMLHttpRequest;

  function ended(xhr: XMLHttpRequest, status = xhr.status): void {
    const request = sendings.get(xhr)?.request;
    sendings.delete(xhr);
    if (request) finish(scope, watch, request, status);
  }

  /** One for all objects, so that an object has it once however often it is sent. */
  function onLoadEnd({ currentTarget }: Event): void {
    const xhr = currentTarget as XMLHttpRequest;
    // Not done: a listener of `load` has sent it again already.
    if (xhr.readyState === DONE) ended(xhr);
  }

  scope.add(
    patchMethod(prototype, "open", scope.report, (self, [method, url]) => {
      const xhr = self as XMLHttpRequest;
      const { readyState, status } = xhr;
      anchor.href = String(url);
      const sending = { method: String(method), url: anchor.href };
      return {
        returned(result) {
          const aborted = sendings.get(xhr)?.request;
          if (readyState === DONE) ended(xhr, status);
          else if (aborted) watch.dropped(aborted);
          sendings.set(xhr, sending);
          return result;
        },
      };
    }),
  );
  scope.add(
    patchMethod(prototype, "send", scope.report, (self) => {
      const xhr = self as XMLHttpRequest;
      const sending = sendings.get(xhr);
      // Sent already: this call will throw.
      if (!sending || sending.request) return undefined;
      const request = begin(scope, watch, "xhr", sending.method, sending.url);
      if (!request) return undefined;
      sending.request = request;
      xhr.addEventListener("loadend", onLoadEnd);
      return {
        threw() {
          sending.request = undefined;
          watch.dropped(request);
        },
      };
    }),
  );
}

function begin(
  scope: Scope,
  watch: RequestWatch,
  kind: ScriptRequest["kind"],
  method: string,
  url: string,
): ScriptRequest | undefined {
  if (LOCAL.test(url)) return undefined;
  const request = { kind, method: method.toUpperCase().slice(0, 32), url, startedAt: scope.clock.now() };
  watch.started(request);
  return request;
}

function finish(scope: Scope, watch: RequestWatch, request: ScriptRequest, status: number): void {
  // Between the page and its answer stands nothing of ours that could throw.
  try {
    request.endedAt = scope.clock.now();
    request.status = status;
    if (!scope.stopped) watch.ended(request);
  } catch (error) {
    scope.report(error);
  }
}
