import { createSdk, type Rum } from "./api.js";
import type { AnyFeature } from "./sdk.js";

export type { SessionInfo } from "@sojourn/session";
export { type ActionOptions, actions, type Frustration } from "./actions/index.js";
export type { Core, Rum } from "./api.js";
export { type Diagnostic, diagnostics } from "./diagnostics/index.js";
export { type ErrorDetails, errors } from "./errors/index.js";
export { longTasks } from "./longTasks/index.js";
export { marks } from "./marks/index.js";
export type { About, BeforeSend, InitOptions, TrackingConsent } from "./options.js";
export { overhead } from "./overhead/index.js";
export { type Account, type PeopleMethods, people, type User } from "./people/index.js";
export { resources } from "./resources/index.js";
export type { AnyFeature, Feature, Passing, Sdk, Started } from "./sdk.js";
export { tracing } from "./tracing/index.js";
export { type Propagator, type Trace, w3c } from "./tracing/propagator.js";
export type { ViewOptions } from "./views/calls.js";
export { loadingTime } from "./views/loading.js";
export { presence } from "./views/presence.js";
export { scroll } from "./views/scroll.js";
export { vitals } from "./vitals/index.js";

/** An SDK that measures sessions and views, and what these features add: a bundler leaves the others out. */
export const createRum = <const F extends readonly AnyFeature[]>(...features: F): Rum<F> => createSdk(features).rum;
