import { createSession } from "@sojourn/session";

Object.assign(globalThis, { session: createSession() });
