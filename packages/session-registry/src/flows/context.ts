import { anonymizeAddress, type Client } from "@sojourn/client-info";
import { eventOf, type RefusalReason, type RegistryEvent } from "../events.js";
import type { AuditEvent } from "../model/audit.js";
import type { EndReason, Session, StoredClient } from "../model/session.js";
import { newSecret, newUid, shortGuid } from "../model/token.js";
import type { RateLimiter } from "../rates.js";
import type { Settings } from "../settings/options.js";
import type { Changes, RegistryStore, UserState } from "../stores/store.js";

/** What every flow works with. */
export interface Context extends Settings {
  /** Reads through the cache. */
  find(guid: string): Promise<Session | undefined>;
  /** As the store's, and everybody hears of what was written. */
  change<Result>(userId: string, decide: (state: UserState) => Changes & { readonly result: Result }): Promise<Result>;
  replace: RegistryStore["replace"];
  refused(reason: RefusalReason, guid?: string): void;
  readonly limiters: { readonly misses: RateLimiter; readonly signIns: RateLimiter; readonly revocations: RateLimiter };
  newNoticeId(): string;
}

export interface Announcements {
  emit(event: RegistryEvent): void;
  ended(sessions: readonly Session[]): void;
}

/** The context over a store: writes go through it, so that caches, sockets and logs hear of each. */
export function createContext(
  settings: Settings,
  limiters: Context["limiters"],
  { emit, ended }: Announcements,
): Context {
  const { store, cache, clock, random } = settings;

  function announce(audit: readonly AuditEvent[] = []): void {
    for (const one of audit) emit(eventOf(one));
  }

  return {
    ...settings,
    limiters,
    find: (guid) => (cache ? cache.find(guid, store.find) : store.find(guid)),
    async change(userId, decide) {
      let written: Changes = {};
      const result = await store.change(userId, (state) => {
        const changes = decide(state);
        written = changes;
        return changes;
      });
      const { put = [], remove = [], audit } = written;
      // Before anybody is told that it is done.
      if (cache && put.length + remove.length > 0) await cache.changed([...put.map(({ guid }) => guid), ...remove]);
      announce(audit);
      const over = put.filter((session) => session.ended);
      if (over.length > 0) ended(over);
      return result;
    },
    async replace(session, version, also) {
      const done = await store.replace(session, version, also);
      if (done) {
        await cache?.changed([session.guid]);
        announce(also?.audit);
      }
      return done;
    },
    refused(reason, guid) {
      emit({ event: "refused", at: clock.now(), reason, ...(guid && { session: shortGuid(guid) }) });
    },
    newNoticeId: () => Buffer.from(random(16)).toString("base64url"),
  };
}

/** As much of a client as is kept and compared. */
export function kept(client: Client & { readonly host?: string | undefined }, { address }: Settings): StoredClient {
  const { asn, country, host, info } = client;
  const place = anonymizeAddress(client.address ?? "", address);
  const { bot, ...fields } = info;
  return {
    ...(place && { address: place }),
    ...(asn !== undefined && { asn }),
    ...(country && { country }),
    ...(host && { host: host.slice(0, 255) }),
    info: bot ? { ...fields, bot } : fields,
  };
}

/** A uid that this user has on no session. */
export function freeUid({ random }: Settings, sessions: readonly Session[]): string {
  for (;;) {
    const uid = newUid(random);
    if (!sessions.some((session) => session.uid === uid)) return uid;
  }
}

export const secretOf = ({ random }: Settings): string => newSecret(random);

export function ended(session: Session, reason: EndReason, at: number, by?: string): Session {
  return { ...session, ended: { at, reason, ...(by && { by }) }, version: session.version + 1 };
}
