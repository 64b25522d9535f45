import { createSession } from "@sojourn/session";

globalThis.session = createSession();
