import { createSdk, type Rum } from "./api.js";
import { allFeatures } from "./features.js";
import type { AnyFeature } from "./sdk.js";

export type { SessionInfo } from "@sojourn/session";
export type { ActionOptions, Frustration } from "./actions/index.js";
export type { Core } from "./api.js";
export type { About, BeforeSend, TrackingConsent } from "./options.js";
export type { Account, User } from "./people/index.js";
export { type Propagator, type Trace, w3c } from "./tracing/propagator.js";
export type { ViewOptions } from "./views/calls.js";

/** An SDK that measures everything. */
export type Sojourn = Rum<ReturnType<typeof allFeatures>>;
/** What `init` takes. */
export type InitOptions = Parameters<Sojourn["init"]>[0];

/**
 * An SDK of its own, which measures what these features add beside everything else, such as `graphql()`. Several can live on
 * one page, with different cookies.
 */
export const createRum = <const F extends readonly AnyFeature[]>(
  ...more: F
): Rum<readonly [...ReturnType<typeof allFeatures>, ...F]> => createSdk([...allFeatures(), ...more] as const).rum;

/** The SDK that most pages need: one for the page. */
export const sojourn: Sojourn = /* @__PURE__ */ createRum();
