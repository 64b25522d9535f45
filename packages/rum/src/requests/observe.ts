import { type FieldsOf, guard, type RelativeMs, type Scope } from "@sojourn/core";
import { patchMethod } from "../patch.js";
import { follow } from "./follow.js";
import type { Requests } from "./index.js";

/** One request that a script made, as the script saw it. */
export interface ScriptRequest {
  /** As entries call it (`initiatorType`). */
  kind: "fetch" | "xmlhttprequest";
  method: string;
  /** Absolute, as given: it is compared with entries, and cleaned only when kept. */
  url: string;
  startedAt: RelativeMs;
  endedAt?: RelativeMs;
  /**
   * 0 when there was no answer, or one that tells nothing. Ended without any: the call threw, the page used its
   * XMLHttpRequest for another request meanwhile, or another request stands in for it.
   */
  status?: number | undefined;
  /** What its resource carries beside; `resource_error` when it failed. */
  fields: Partial<FieldsOf<"resource">>;
}

/** A request that is about to leave: with `args` as `fetch` or `send` is then called with, so they may be changed. */
export interface Calling {
  request: ScriptRequest;
  args: unknown[];
  xhr?: XMLHttpRequest | undefined;
}

/** What an object was opened for, and the request once it is sent. */
export interface Sending {
  method: string;
  url: string;
  /** What the page has set, where somebody writes it down. */
  headers: Headers;
  request?: ScriptRequest | undefined;
}

/** Schemes that cause no request on the network and no entry. */
const LOCAL = /^(?:data|blob):/;
const DONE = 4;
/** How an XMLHttpRequest ends: one of these events, and what it failed by. */
const ENDS: Record<string, string | undefined> = {
  load: undefined,
  error: "network",
  abort: "aborted",
  timeout: "timeout",
};

/** Watches `fetch` and `XMLHttpRequest`. */
export function observeRequests(scope: Scope, { calling, started, ended, sendings }: Requests): void {
  const { clock, report } = scope;
  /** The `fetch` whose call is running. */
  let outer: ScriptRequest | undefined;

  function begin(method: string, url: string, args: unknown[], xhr?: XMLHttpRequest): ScriptRequest | undefined {
    if (LOCAL.test(url)) return undefined;
    // What stands in for `fetch` may be made of an XMLHttpRequest: that is the request then.
    if (outer?.url === url) end(outer);
    const request: ScriptRequest = {
      kind: xhr ? "xmlhttprequest" : "fetch",
      method: method.toUpperCase(),
      url,
      startedAt: clock.now(),
      fields: {},
    };
    calling.emit({ request, args, xhr });
    started.emit(request);
    return request;
  }

  /** Between the page and its answer nothing of ours may throw. */
  const end = guard(report, (request: ScriptRequest, status?: number, error?: string) => {
    if (scope.stopped || request.endedAt !== undefined) return;
    request.endedAt = clock.now();
    request.status = status;
    if (error) request.fields.resource_error = error;
    ended.emit(request);
  });

  scope.add(
    patchMethod(globalThis as unknown as { fetch: typeof fetch }, "fetch", report, (_self, args) => {
      const [input, init] = args as Parameters<typeof fetch>;
      const given = input instanceof Request ? input : undefined;
      const { href } = new URL(given?.url ?? String(input), document.baseURI);
      const signal = init?.signal ?? given?.signal;
      const request = begin(init?.method ?? given?.method ?? "GET", href, args);
      if (!request) return undefined;
      outer = request;
      return {
        threw() {
          outer = undefined;
          end(request);
        },
        returned(answer) {
          outer = undefined;
          return follow(
            answer,
            (response) => end(request, response instanceof Response ? response.status : 0),
            guard(report, (error) => {
              const { name } = Object(error);
              // A page that aborts may say why by any value.
              const aborted = name === "AbortError" || signal?.aborted;
              end(request, 0, name === "TimeoutError" ? "timeout" : aborted ? "aborted" : "network");
            }),
          );
        },
      };
    }),
  );

  // Resolves as `open` does: in the encoding of the document, where `URL` always takes UTF-8.
  const anchor = document.createElement("a");
  const { prototype } = XMLHttpRequest;

  /** One for all objects, so that an object has it once however often it is sent. */
  function onEnd({ type, currentTarget }: Event): void {
    const xhr = currentTarget as XMLHttpRequest;
    const request = sendings.get(xhr)?.request;
    // Not done: a listener before this one has sent it again already.
    if (request && xhr.readyState === DONE) end(request, xhr.status, ENDS[type]);
  }

  scope.add(
    patchMethod(prototype, "open", report, (self, [method, url]) => {
      const xhr = self as XMLHttpRequest;
      const { readyState, status } = xhr;
      anchor.href = String(url);
      const sending = { method: String(method), url: anchor.href, headers: new Headers() };
      return {
        returned() {
          const before = sendings.get(xhr)?.request;
          sendings.set(xhr, sending);
          if (before) end(before, readyState === DONE ? status : undefined);
        },
      };
    }),
  );
  scope.add(
    patchMethod(prototype, "send", report, (self, args) => {
      const xhr = self as XMLHttpRequest;
      const sending = sendings.get(xhr);
      // Sent already: this call will throw.
      if (!sending || sending.request) return undefined;
      const request = begin(sending.method, sending.url, args, xhr);
      if (!request) return undefined;
      sending.request = request;
      for (const type of Object.keys(ENDS)) xhr.addEventListener(type, onEnd);
      return {
        threw() {
          sending.request = undefined;
          end(request);
        },
      };
    }),
  );
}
