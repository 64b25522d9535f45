import { createSdk, type Rum } from "./api.js";
import { allFeatures } from "./features.js";

export type { SessionInfo } from "@sojourn/session";
export type { Account, Core, User } from "./api.js";
export type { About, BeforeSend, TrackingConsent } from "./options.js";
export type { ViewOptions } from "./views/calls.js";

/** An SDK that measures everything. */
export type Sojourn = Rum<ReturnType<typeof allFeatures>>;
/** What `init` takes. */
export type InitOptions = Parameters<Sojourn["init"]>[0];

/** An SDK of its own. Several can live on one page, with different cookies. */
export const createRum = (): Sojourn => createSdk(allFeatures()).rum;

/** The SDK that most pages need: one for the page. */
export const sojourn = /* @__PURE__ */ createRum();
