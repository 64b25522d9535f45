import { type Aggregate, type AggregateQuery, aggregate } from "./aggregate/index.js";
import { rollUp, SLOT_MS } from "./aggregate/rollup.js";
import type { Stop } from "./clock.js";
import type { Connection } from "./life/connections.js";
import { type Counters, createCounters } from "./life/counters.js";
import { createHeartbeat } from "./life/heartbeat.js";
import { createJobs } from "./life/jobs.js";
import { createLease } from "./life/lease.js";
import { createWriter } from "./life/writer.js";
import { type ConnectionDocument, toDocument } from "./model/document.js";
import {
  alive,
  type CloseReason,
  closed,
  type EpochMs,
  type Facts,
  identified,
  type Opening,
  opened,
} from "./model/facts.js";
import { type MonitorOptions, settingsOf } from "./options.js";
import { createPresences } from "./presence.js";
import { createDescriber, type RequestLike, type Seen } from "./request.js";

/** Who signed in. */
export interface Identity {
  readonly userId: string;
  /** Name of the sign-in, never a credential. */
  readonly guid?: string;
  /** Somebody else acts as this user: left out of what is counted of users. */
  readonly impersonated?: boolean;
}

export interface OpenOptions {
  /** Unique in this process. @default a random one */
  readonly sessionId?: string;
  /** `websocket`, `http`, `sse` or a word of your own. @default "websocket" */
  readonly transport?: string;
  /** The request that opened the connection; it is read now and not kept. */
  readonly request?: RequestLike;
  /** What to keep instead of what the request says. */
  readonly seen?: Seen;
  readonly synthetic?: boolean;
  /** Ends the connection itself; called when {@link SessionMonitor.revoke} closes it. */
  readonly end?: (reason: CloseReason) => void;
}

/** When something happened, where that is not now: for events that come from elsewhere, late or twice. */
export interface At {
  readonly at?: EpochMs;
  /** Instance that has the connection, when it is another. */
  readonly instanceId?: string;
}

/** Answers of sign-ins, sign-outs and ends: true once stored, false when the store is away and it is written later. */
export type Stored = Promise<boolean>;

export interface ConnectionHandle {
  readonly sessionId: string;
  login(identity: Identity, when?: At): Stored;
  /** Somebody is there: a message came, or a ping was answered. Costs nothing; it is written by the next heartbeat. */
  activity(): void;
  /** The connection stays open, anonymous again. */
  logout(when?: At): Stored;
  /** The first end stands. */
  close(reason?: CloseReason, when?: At): Stored;
}

export interface SessionMonitor {
  /** Of this life of the process. Another one after the process stood still and was taken for dead. */
  readonly instanceId: string;
  open(options?: OpenOptions): ConnectionHandle;
  /**
   * Somebody was there by a request: requests of one key are one presence, closed when none came for `idleMs`.
   *
   * @param identity who it is; `null` signs out, `undefined` changes nothing
   */
  presence(key: string, options: OpenOptions, identity?: Identity | null): ConnectionHandle | undefined;
  /** The same as the handle's, by name, for events that come before, after or elsewhere. */
  login(sessionId: string, identity: Identity, when?: At): Stored;
  activity(sessionId: string, when?: At): void;
  logout(sessionId: string, when?: At): Stored;
  close(sessionId: string, reason?: CloseReason, when?: At): Stored;
  /** Closes the connections of this process that match all of these, and no others, their sockets too. Answers how many. */
  revoke(which: { readonly userId?: string; readonly guid?: string; readonly sessionId?: string }): Promise<number>;

  get(sessionId: string, instanceId?: string): Promise<ConnectionDocument | undefined>;
  /** Newest first. `limit` 1 to 1000, 100 when not given. */
  list(query?: {
    readonly userId?: string;
    readonly open?: boolean;
    readonly from?: Date;
    readonly to?: Date;
    readonly limit?: number;
  }): Promise<ConnectionDocument[]>;
  /** Connections open at a moment. @default now */
  concurrent(at?: Date): Promise<number>;
  /** Figures over any range. @throws RangeError naming the field that is wrong */
  aggregate(query: AggregateQuery): Promise<Aggregate>;

  /** Takes a user out of all documents and rollups. Answers how many documents. */
  erase(userId: string): Promise<number>;
  /** All documents of a user. */
  export(userId: string): Promise<ConnectionDocument[]>;

  /** What happens by itself every `heartbeatMs`. */
  beat(): Promise<void>;
  /** Closes what dead instances left open. Happens after every heartbeat by itself. Answers how many. */
  sweep(): Promise<number>;
  /** Makes rollups final up to now. Happens by itself about every five minutes on one instance. */
  rollUp(): Promise<void>;
  /** Removes at most 1000 documents and rollups that are too old. Happens by itself about every minute on one instance. */
  purge(): Promise<number>;
  /** Writes what waits. True when nothing is left. */
  flush(): Promise<boolean>;
  counters(): Readonly<Counters>;
  /** Closes everything of this process as `shutdown`, at most `stopMs`; later calls record nothing. */
  stop(): Promise<void>;
}

const PURGE_EVERY_MS = 60_000;
const PURGE_LIMIT = 1000;
const ROLL_UP_EVERY_MS = 300_000;
/** Rollups that are older than this stay as they are. */
const LATE_MS = 3 * 86_400_000;
const GATHER_MS = 50;
const MAX_NAME = 512;
/** Of a `Date`. */
const LAST_MOMENT = 8.64e15;

/**
 * Knows who is connected to this process, and by the store who is and was to all.
 *
 * @throws RangeError naming the option that is wrong
 */
export function createSessionMonitor(options: MonitorOptions): SessionMonitor {
  const settings = settingsOf(options);
  const { store, describe = createDescriber(options), enabled = true, onError = () => {}, timeZone } = options;
  const { clock, random, newId, batchSize, leaseMs } = settings;
  const counters = createCounters();
  const connections = new Map<string, Connection>();
  /** Until then what is told of the past may still be missing. */
  const settleMs = Math.max(2 * leaseMs, settings.idleMs + 2 * settings.heartbeatMs);
  const stops: Stop[] = [];
  let recording = enabled;

  const lease = createLease({ clock, counters, store, leaseMs, batchSize, newId, connections, put });
  const writer = createWriter({
    clock,
    counters,
    random,
    batchSize,
    queueLimit: settings.queueLimit,
    gatherMs: GATHER_MS,
    waitMs: settings.waitMs,
    write: async (facts) => {
      await lease.ensure();
      // A connection that opened while nobody knew is stored by now, under the id that this process has since.
      const moved = ({ instanceId, sessionId, opening }: Facts) =>
        opening !== undefined && lease.isFormer(instanceId) && connections.has(sessionId);
      const rest = facts.filter((one) => !moved(one));
      if (rest.length > 0) await put(rest);
    },
    onGap: lease.mistrust,
    onError,
  });
  const heartbeat = createHeartbeat({
    clock,
    counters,
    store,
    batchSize,
    connections,
    instanceId: lease.instanceId,
    renew: lease.renew,
    onError,
  });
  const presences = createPresences({ clock, idleMs: settings.idleMs, limit: settings.presenceLimit, open });
  const jobs = createJobs({
    clock,
    random,
    acquire: (job, ttlMs) => store.acquire(job, lease.instanceId(), ttlMs),
    onError,
  });

  async function put(facts: readonly Facts[]): Promise<void> {
    await store.merge(facts);
    await late(Math.min(...facts.map(({ createdAt }) => createdAt)));
  }

  /** News of so long ago that rollups may be final without them. */
  async function late(at: EpochMs): Promise<void> {
    const now = clock.now();
    if (at < now - settleMs) await store.reopen(Math.floor(Math.max(at, now - LATE_MS) / SLOT_MS) * SLOT_MS);
  }

  function open({
    sessionId = newId(),
    transport = "websocket",
    request,
    seen,
    synthetic,
    end,
  }: OpenOptions = {}): ConnectionHandle {
    const name = cut(sessionId);
    if (recording && !connections.has(name)) {
      const at = clock.now();
      const opening: Opening = {
        at,
        transport: cut(transport),
        ...bounded(seen ?? (request ? describe(request, at) : { client: {} })),
        ...(synthetic && { synthetic }),
      };
      const instanceId = lease.instanceId();
      connections.set(name, {
        sessionId: name,
        instanceId,
        opening,
        identity: undefined,
        at,
        identityAt: 0,
        active: false,
        end,
      });
      counters.open = connections.size;
      writer.add(opened(instanceId, name, opening));
    }
    return {
      sessionId: name,
      login: (identity, when) => login(name, identity, when),
      activity: () => activity(name),
      logout: (when) => logout(name, when),
      close: (reason, when) => close(name, reason, when),
    };
  }

  /** The connection of this process that is meant, if it is open here. */
  const own = (sessionId: string, { instanceId }: At): Connection | undefined => {
    const connection = connections.get(sessionId);
    return instanceId === undefined || instanceId === connection?.instanceId ? connection : undefined;
  };

  /** A moment of a connection: asked for, or now and later than whatever was told of it before. */
  function moment(connection: Connection | undefined, at: EpochMs | undefined, identity = false): EpochMs {
    if (at !== undefined) {
      if (!(at > 0 && at <= LAST_MOMENT)) throw new RangeError(`at must be epoch milliseconds: ${at} was given`);
      return Math.floor(at);
    }
    const now = clock.now();
    if (!connection) return now;
    connection.at = Math.max(now, connection.at, identity ? connection.identityAt + 1 : 0);
    if (identity) connection.identityAt = connection.at;
    return connection.at;
  }

  function login(sessionId: string, identity: Identity, when: At = {}): Stored {
    const { userId, guid, impersonated } = identity;
    if (typeof userId !== "string" || userId === "" || userId.length > MAX_NAME)
      throw new RangeError(`userId must be a text of 1 to ${MAX_NAME} characters`);
    const connection = own(sessionId, when);
    const before = connection?.identity;
    // The same again needs no write: a request's presence is told with every request.
    if (before && when.at === undefined && before.userId === userId && before.guid === guid) {
      activity(sessionId);
      return Promise.resolve(true);
    }
    const at = moment(connection, when.at, true);
    const fact = { at, userId: cut(userId), ...(guid && { guid: cut(guid) }), ...(impersonated && { impersonated }) };
    if (connection) connection.identity = fact;
    return save(identified(when.instanceId ?? connection?.instanceId ?? lease.instanceId(), sessionId, fact));
  }

  function activity(sessionId: string, when: At = {}): void {
    const connection = own(sessionId, when);
    if (connection && when.at === undefined) connection.active = true;
    else if (recording && when.at !== undefined)
      writer.add(alive(when.instanceId ?? lease.instanceId(), sessionId, moment(connection, when.at)));
  }

  function logout(sessionId: string, when: At = {}): Stored {
    const connection = own(sessionId, when);
    if (connection && !connection.identity && when.at === undefined) return Promise.resolve(true);
    const at = moment(connection, when.at, true);
    if (connection) connection.identity = undefined;
    return save(identified(when.instanceId ?? connection?.instanceId ?? lease.instanceId(), sessionId, { at }));
  }

  function close(sessionId: string, reason: CloseReason = "client", when: At = {}): Stored {
    const connection = own(sessionId, when);
    if (!connection && when.instanceId === undefined && when.at === undefined) return Promise.resolve(true);
    const at = moment(connection, when.at);
    if (connection) connections.delete(sessionId);
    counters.open = connections.size;
    // A client that closes was there until then; one that timed out was not.
    const lastSign = reason === "client" ? at : Math.min(at, connection?.at ?? at);
    return save(
      closed(when.instanceId ?? connection?.instanceId ?? lease.instanceId(), sessionId, at, reason, lastSign),
    );
  }

  const save = (facts: Facts): Stored => (recording ? writer.save(facts) : Promise.resolve(false));

  async function revoke(which: { userId?: string; guid?: string; sessionId?: string }): Promise<number> {
    const { userId, guid, sessionId } = which;
    if (userId === undefined && guid === undefined && sessionId === undefined) return 0;
    const matching = [...connections.values()].filter(
      ({ identity, sessionId: name }) =>
        (userId === undefined || identity?.userId === userId) &&
        (guid === undefined || identity?.guid === guid) &&
        (sessionId === undefined || name === sessionId),
    );
    const writes = matching.map((connection) => close(connection.sessionId, "revoked"));
    for (const { end } of matching) guarded(() => end?.("revoked"));
    await Promise.all(writes);
    return matching.length;
  }

  function guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      onError(error);
    }
  }

  async function sweep(): Promise<number> {
    const { connections: count, earliest } = await store.sweep(leaseMs);
    counters.swept += count;
    if (earliest !== undefined) await late(earliest);
    return count;
  }

  async function purge(): Promise<number> {
    const day = 86_400_000;
    const documents = await store.purge(clock.now() - settings.days * day, PURGE_LIMIT);
    return documents + (await store.purgeRollups(clock.now() - settings.rollupDays * day, PURGE_LIMIT));
  }

  function beating(): void {
    const next = clock.after(settings.heartbeatMs * (0.9 + 0.2 * random()), () => {
      beating();
      presences.expire();
      void heartbeat().then(() => (recording ? sweep().then(() => {}, onError) : undefined));
    });
    stops[0] = next;
  }

  if (recording) {
    beating();
    if (options.jobs !== false) {
      jobs.add("roll up", ROLL_UP_EVERY_MS, async () => rollUp({ store, now: clock.now(), settleMs }));
      jobs.add("purge", PURGE_EVERY_MS, purge);
    }
  }

  const given = (facts: Facts) => toDocument(facts, timeZone);

  return {
    get instanceId() {
      return lease.instanceId();
    },
    open,
    presence: (key, options, identity) => presences.seen(key, { transport: "http", ...options }, identity),
    login,
    activity,
    logout,
    close,
    revoke,

    async get(sessionId, instanceId = lease.instanceId()) {
      const facts = await store.get(instanceId, sessionId);
      return facts && given(facts);
    },
    async list({ userId, open, from, to, limit = 100 } = {}) {
      if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
        throw new RangeError(`limit must be a whole number from 1 to 1000: ${limit} was given`);
      const range = { ...(from && { from: +from }), ...(to && { to: +to }) };
      const asked = { ...(userId !== undefined && { userId }), ...(open !== undefined && { open }), ...range, limit };
      return (await store.list(asked)).map(given);
    },
    async concurrent(at = new Date(clock.now())) {
      const { total } = await aggregate(
        { from: at, to: +at + 1 },
        { store, now: Math.max(clock.now(), +at + 1), rawMs: 0 },
      );
      return total.groups[0]?.sessions ?? 0;
    },
    aggregate: (query) => aggregate(query, { store, now: clock.now(), rawMs: settings.days * 86_400_000 }),

    async erase(userId) {
      for (const connection of connections.values())
        if (connection.identity?.userId === userId) connection.identity = undefined;
      await writer.flush();
      return store.erase(userId);
    },
    async export(userId) {
      return (await store.list({ userId, limit: Number.MAX_SAFE_INTEGER })).map(given);
    },

    beat: heartbeat,
    sweep,
    async rollUp() {
      await rollUp({ store, now: clock.now(), settleMs });
    },
    purge,
    flush: writer.flush,
    counters: () => ({ ...counters }),
    async stop() {
      if (!recording) return;
      recording = false;
      for (const stop of stops) stop();
      jobs.stop();
      presences.clear();
      let cancel: Stop = () => {};
      const limit = new Promise<void>((resolve) => {
        cancel = clock.after(settings.stopMs, resolve);
      });
      const ending = writer
        .flush()
        .then(() => store.endInstance(lease.instanceId(), clock.now()))
        .then(() => {}, onError);
      await Promise.race([ending, limit]);
      cancel();
      writer.stop();
      connections.clear();
      counters.open = 0;
    },
  };
}

/** A text that every store can keep: PostgreSQL has no NUL, and one document that it refuses would hold up all others. */
const cut = (text: string): string => text.slice(0, MAX_NAME).replaceAll("\u0000", "");

/** What an application says that it saw, no longer than what is read of a request. */
function bounded({ host, ip, country, ...rest }: Seen): Seen {
  return {
    ...rest,
    ...(host !== undefined && { host: cut(host) }),
    ...(ip !== undefined && { ip: cut(ip) }),
    ...(country !== undefined && { country: cut(country) }),
  };
}
