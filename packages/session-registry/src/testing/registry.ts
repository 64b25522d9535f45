import { onTestFinished } from "vitest";
import type { RegistryEvent } from "../events.js";
import type { Authenticated, SeenClient } from "../flows/authenticate.js";
import type { Created, CreateInput } from "../flows/create.js";
import { createSessionRegistry, type SessionRegistry } from "../registry.js";
import type { RegistryOptions } from "../settings/options.js";
import { createMemoryStore } from "../stores/memory.js";
import type { RegistryStore } from "../stores/store.js";
import { client } from "./clients.js";
import { createManualClock, type ManualClock } from "./clock.js";

export const KEY = "a-key-of-tests-with-at-least-32-bytes";

export type SignedIn = Extract<Created, { status: "created" | "reused" | "revived" }>;

export interface TestRegistry {
  readonly registry: SessionRegistry;
  readonly store: RegistryStore;
  readonly clock: ManualClock;
  readonly events: RegistryEvent[];
  readonly errors: unknown[];
  /** A sign-in that is let in. */
  signIn(userId?: string, more?: Partial<CreateInput>): Promise<SignedIn>;
  /** A request that is let in. */
  request(token: string, seen?: SeenClient): Promise<Authenticated>;
  /** Why the last token was refused. */
  reason(): string | undefined;
}

/** A registry over a store, with a clock that stands still. */
export function testRegistry(
  options: Partial<RegistryOptions> = {},
  clock: ManualClock = createManualClock(),
): TestRegistry {
  const store = options.store ?? createMemoryStore({ now: clock.now });
  const events: RegistryEvent[] = [];
  const errors: unknown[] = [];
  const registry = createSessionRegistry({
    keys: { guid: KEY },
    clock,
    jobs: false,
    onEvent: (event) => void events.push(event),
    onError: (error) => void errors.push(error),
    ...options,
    store,
  });
  onTestFinished(() => registry.stop());
  return {
    registry,
    store,
    clock,
    events,
    errors,
    async signIn(userId = "ann", more = {}) {
      const done = await registry.create({ userId, client: client(), auth: { method: "password" }, ...more });
      if (done.status === "denied" || done.status === "limited") throw new Error(`the sign-in was ${done.status}`);
      return done;
    },
    async request(token, seen = client()) {
      const done = await registry.authenticate({ token, client: seen });
      if (done.status !== "active") throw new Error(`the request is ${done.status}`);
      return done;
    },
    reason: () => events.flatMap((one) => (one.event === "refused" ? [one.reason] : [])).at(-1),
  };
}
