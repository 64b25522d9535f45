import { type Channel, type FieldsOf, guard, type RelativeMs, type Scope } from "@sojourn/core";
import { patchMethod } from "../patch.js";
import { follow } from "./follow.js";

/** One request that a script made, as the script saw it. */
export interface ScriptRequest {
  /** As entries call it (`initiatorType`). */
  kind: "fetch" | "xmlhttprequest";
  method: string;
  /** Absolute, as given: it is compared with entries, and cleaned only when kept. */
  url: string;
  startedAt: RelativeMs;
  endedAt?: RelativeMs;
  /** 0 when there was no answer, or one that tells nothing. */
  status?: number;
  /** What its resource carries beside; `resource_error` when it failed. */
  fields: Partial<FieldsOf<"resource">>;
}

/** A request that is about to leave: with `args` as `fetch` or `send` is then called with, so they may be changed. */
export interface Calling {
  request: ScriptRequest;
  args: unknown[];
  xhr?: XMLHttpRequest | undefined;
}

type Emit<T> = Pick<Channel<T>, "emit">;

/** Told of every request: `calling` and `started`, then either `ended` or `dropped`, if anything. All see the same object. */
export interface RequestWatch {
  calling: Emit<Calling>;
  started: Emit<ScriptRequest>;
  ended: Emit<ScriptRequest>;
  /** The call threw, the page used its XMLHttpRequest for another request meanwhile, or another request stands in for it. */
  dropped: Emit<ScriptRequest>;
}

/** Schemes that cause no request on the network and no entry. */
const LOCAL = /^(?:data|blob|about|javascript):/;
const DONE = 4;

/** What an object was opened for, and the request once it is sent. */
interface Sending {
  method: string;
  url: string;
  request?: ScriptRequest | undefined;
  /** The event that said it failed. */
  failure?: string;
}

/** Watches `fetch` and `XMLHttpRequest`. */
export function observeRequests(scope: Scope, watch: RequestWatch): void {
  const { clock, report } = scope;
  /** The `fetch` whose call is running. */
  let outer: ScriptRequest | undefined;

  function begin(
    kind: ScriptRequest["kind"],
    method: string,
    url: string,
    args: unknown[],
    xhr?: XMLHttpRequest,
  ): ScriptRequest | undefined {
    if (LOCAL.test(url)) return undefined;
    // What stands in for `fetch` may be made of an XMLHttpRequest: that is the request then.
    if (outer?.url === url) drop(outer);
    const request = { kind, method: method.toUpperCase().slice(0, 32), url, startedAt: clock.now(), fields: {} };
    watch.calling.emit({ request, args, xhr });
    watch.started.emit(request);
    return request;
  }

  function drop(request: ScriptRequest): void {
    request.endedAt = clock.now();
    watch.dropped.emit(request);
  }

  /** `failure`: what it failed by, an event or an error. Between the page and its answer nothing of ours may throw. */
  const end = guard(report, (request: ScriptRequest, status: number, failure?: string) => {
    if (scope.stopped || request.endedAt !== undefined) return;
    request.endedAt = clock.now();
    request.status = status;
    if (failure) {
      const [first = ""] = failure.toLowerCase();
      request.fields.resource_error = first === "a" ? "aborted" : first === "t" ? "timeout" : "network";
    }
    watch.ended.emit(request);
  });

  scope.add(
    patchMethod(globalThis as unknown as { fetch: typeof fetch }, "fetch", report, (_self, args) => {
      const [input, init] = args as Parameters<typeof fetch>;
      const given = input instanceof Request ? input : undefined;
      const { href } = new URL(given?.url ?? String(input), document.baseURI);
      const signal = init?.signal ?? given?.signal;
      const request = begin("fetch", init?.method ?? given?.method ?? "GET", href, args);
      if (!request) return undefined;
      outer = request;
      return {
        threw() {
          outer = undefined;
          drop(request);
        },
        returned(answer) {
          outer = undefined;
          return follow(
            answer,
            (response) => end(request, response instanceof Response ? response.status : 0),
            guard(report, (error) => {
              const { name } = Object(error);
              // A page that aborts may say why by any value.
              const failure = /^(?:Abort|Timeout)Error$/.test(name) ? name : signal?.aborted ? "abort" : "error";
              end(request, 0, failure);
            }),
          );
        },
      };
    }),
  );

  const sendings = new WeakMap<object, Sending>();
  // Resolves as `open` does: in the encoding of the document, where `URL` always takes UTF-8.
  const anchor = document.createElement("a");
  const { prototype } = XMLHttpRequest;

  function ended(xhr: XMLHttpRequest, status = xhr.status): void {
    const { request, failure } = sendings.get(xhr) ?? {};
    sendings.delete(xhr);
    if (request) end(request, status, failure);
  }

  /** One for all objects, so that an object has it once however often it is sent. */
  function onEvent({ type, currentTarget }: Event): void {
    const xhr = currentTarget as XMLHttpRequest;
    const sending = sendings.get(xhr);
    if (type !== "loadend") {
      if (sending) sending.failure = type;
    }
    // Not done: a listener of `load` has sent it again already.
    else if (xhr.readyState === DONE) ended(xhr);
  }

  scope.add(
    patchMethod(prototype, "open", report, (self, [method, url]) => {
      const xhr = self as XMLHttpRequest;
      const { readyState, status } = xhr;
      anchor.href = String(url);
      const sending = { method: String(method), url: anchor.href };
      return {
        returned(result) {
          const aborted = sendings.get(xhr)?.request;
          if (readyState === DONE) ended(xhr, status);
          else if (aborted) drop(aborted);
          sendings.set(xhr, sending);
          return result;
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
      const request = begin("xmlhttprequest", sending.method, sending.url, args, xhr);
      if (!request) return undefined;
      sending.request = request;
      for (const type of ["abort", "timeout", "error", "loadend"]) xhr.addEventListener(type, onEvent);
      return {
        threw() {
          sending.request = undefined;
          drop(request);
        },
      };
    }),
  );
}
