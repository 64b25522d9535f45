import { createRum } from "./api.js";

export type { SessionInfo } from "@sojourn/session";
export { createRum, type Sojourn, type User } from "./api.js";
export type { BeforeSend, InitOptions, TrackingConsent } from "./options.js";

/** The SDK that most pages need: one for the page. `createRum()` makes further ones. */
export const sojourn = /* @__PURE__ */ createRum();
