import { type Channel, createChannel } from "@sojourn/core";
import type { Sdk } from "../sdk.js";
import { observeRequests, type ScriptRequest } from "./observe.js";

export type { ScriptRequest } from "./observe.js";

/** What scripts ask for by `fetch` and `XMLHttpRequest`, the SDK's own bodies excepted. All see the same object of a request. */
export interface Requests {
  readonly started: Channel<ScriptRequest>;
  /** It has an answer, or failed. */
  readonly ended: Channel<ScriptRequest>;
  /** The call threw, or the page used its XMLHttpRequest for another request meanwhile: nothing will be heard of it. */
  readonly dropped: Channel<ScriptRequest>;
}

/** A service: use it by `sdk.share(requests)`. `fetch` and `XMLHttpRequest` are patched once, however many features listen. */
export function requests({ scope }: Sdk): Requests {
  const started = createChannel<ScriptRequest>(scope.report);
  const ended = createChannel<ScriptRequest>(scope.report);
  const dropped = createChannel<ScriptRequest>(scope.report);
  observeRequests(scope, { started: started.emit, ended: ended.emit, dropped: dropped.emit });
  return { started, ended, dropped };
}
