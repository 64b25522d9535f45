import { type Channel, createChannel } from "@sojourn/core";
import type { Sdk } from "../sdk.js";
import { type Calling, observeRequests, type ScriptRequest, type Sending } from "./observe.js";

export type { Calling, ScriptRequest } from "./observe.js";

/** What scripts ask for by `fetch` and `XMLHttpRequest`. All see the same object of a request. */
export interface Requests {
  /** It is about to leave, and may still be changed. */
  readonly calling: Channel<Calling>;
  readonly started: Channel<ScriptRequest>;
  /** It has an answer, or failed. Without a status nothing more will be heard of it. */
  readonly ended: Channel<ScriptRequest>;
  /** What each XMLHttpRequest was opened for last. */
  readonly sendings: WeakMap<object, Sending>;
  /** Addresses of streams that another feature records: entries of these are no resources beside. */
  readonly streams: Set<string>;
}

/** A service: use it by `sdk.share(requests)`. `fetch` and `XMLHttpRequest` are patched once, however many features listen. */
export function requests({ scope }: Pick<Sdk, "scope">): Requests {
  const channel = <T>() => createChannel<T>(scope.report);
  const service: Requests = {
    calling: channel(),
    started: channel(),
    ended: channel(),
    sendings: new WeakMap(),
    streams: new Set(),
  };
  observeRequests(scope, service);
  return service;
}
