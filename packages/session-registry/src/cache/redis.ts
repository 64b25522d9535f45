import { createClient } from "redis";
import { SECOND, type Stop } from "../clock.js";
import type { Session } from "../model/session.js";
import type { SessionCache } from "./cache.js";

export interface RedisCacheOptions {
  /** `redis://…`, `rediss://…`, or the path of a Unix socket. */
  readonly url: string;
  /** How long a session is kept, ms. @default 5000 */
  readonly ttlMs?: number;
  /** Stands before all keys and the channel's name. @default "sojourn:registry:" */
  readonly prefix?: string;
  /** An answer that takes longer is done without, ms. @default 250 */
  readonly patienceMs?: number;
  /** Hears of what went wrong: requests go on with the store. */
  readonly onError?: (error: unknown) => void;
}

/** In the place of a session that was written a moment ago: what was read before then must not be put here. */
const WRITTEN = "-";
const WRITTEN_MS = 10 * SECOND;
/** What took longer to be read may be older than the mark, and is not put here. */
const READ_MS = 5 * SECOND;
const SESSIONS_OF_A_MESSAGE = 200;

/**
 * A cache that all instances share, and the way they tell each other what was written. It is never what decides: without
 * Redis every request reads the store. Hashes of secrets are in it, secrets are not.
 *
 * @throws Error when Redis cannot be reached at the start
 */
export async function openRedisCache(options: RedisCacheOptions): Promise<SessionCache> {
  const { url, ttlMs = 5 * SECOND, prefix = "sojourn:registry:", patienceMs = 250, onError = () => {} } = options;
  const client = createClient({
    ...(url.startsWith("/") ? { socket: { path: url, tls: false } } : { url }),
    // While it is away nothing waits for it.
    disableOfflineQueue: true,
  });
  client.on("error", onError);
  await client.connect();
  // A connection that listens can do nothing else.
  const ear = client.duplicate();
  ear.on("error", onError);
  await ear.connect();

  const channel = `${prefix}changed`;
  const keyOf = (guid: string) => `${prefix}s:${guid}`;
  const listeners = new Set<(guids: readonly string[]) => void>();
  await ear.subscribe(channel, (message) => {
    const guids = guidsOf(message);
    for (const listener of listeners) listener(guids);
  });

  /** Redis's answer, or nothing when it has none in time. */
  async function asked<Answer>(question: () => Promise<Answer>): Promise<Answer | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, patienceMs, undefined);
    });
    try {
      return await Promise.race([question(), late]);
    } catch (error) {
      onError(error);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async find(guid, load) {
      const key = keyOf(guid);
      const kept = await asked(() => client.get(key));
      const known = typeof kept === "string" && kept !== WRITTEN ? sessionOf(kept) : undefined;
      if (known) return known;
      const began = performance.now();
      const session = await load(guid);
      if (session && kept === null && performance.now() - began < READ_MS) {
        // Only where nothing is: a change that came meanwhile has put its mark there.
        await asked(() =>
          client.set(key, JSON.stringify(session), { condition: "NX", expiration: { type: "PX", value: ttlMs } }),
        );
      }
      return session;
    },
    async changed(guids) {
      const marked = client.multi();
      const expiration = { type: "PX", value: WRITTEN_MS } as const;
      for (const guid of guids) marked.set(keyOf(guid), WRITTEN, { expiration });
      for (let from = 0; from < guids.length; from += SESSIONS_OF_A_MESSAGE)
        marked.publish(channel, JSON.stringify(guids.slice(from, from + SESSIONS_OF_A_MESSAGE)));
      await asked(() => marked.exec());
    },
    onChanged(listener): Stop {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      listeners.clear();
      // One that is trying to connect again would go on for ever.
      for (const one of [ear, client]) if (one.isOpen) one.destroy();
    },
  };
}

function guidsOf(message: string): string[] {
  try {
    const guids: unknown = JSON.parse(message);
    return Array.isArray(guids) ? guids.filter((guid): guid is string => typeof guid === "string") : [];
  } catch {
    return [];
  }
}

function sessionOf(text: string): Session | undefined {
  try {
    return JSON.parse(text) as Session;
  } catch {
    return undefined;
  }
}
