export { createMemoryCache, type MemoryCacheOptions, type SessionCache } from "./cache/cache.js";
export { type ClientReaderOptions, createClientReader, type RequestLike } from "./client.js";
export { type Clock, type EpochMs, type Stop, systemClock } from "./clock.js";
export type { RefusalReason, RegistryEvent } from "./events.js";
export type { Authenticated, AuthenticateInput, Authentication, NewToken, SeenClient } from "./flows/authenticate.js";
export type { Created, CreateInput } from "./flows/create.js";
export type { RevokeAllInput, RevokeInput, RevokeResult, Revoker } from "./flows/end.js";
export type { Impersonated, ImpersonateInput } from "./flows/impersonate.js";
export type { Export, ListOptions } from "./flows/look.js";
export type { ProveInput } from "./flows/prove.js";
export { estimateLoad, type LoadEstimate, type LoadInput } from "./load.js";
export type { AuditEvent, AuditType, StoredAuditEvent } from "./model/audit.js";
export { LIFETIMES, type LifetimeOptions } from "./model/lifetime.js";
export type { Ended, EndReason, Session, SessionView, StoredClient } from "./model/session.js";
export type { Destination, NoticeChannel, NoticeMessage, NotifierOptions } from "./notices/delivery.js";
export type { Notice, NoticeEntry, NoticeKind } from "./notices/notice.js";
export type { Report, Reported } from "./notices/report.js";
export { type ClientPolicy, defaultPolicy, type Judgement, type Outcome, type Situation } from "./policy/policy.js";
export { createSessionRegistry, type SessionRegistry } from "./registry.js";
export type {
  ImpersonationOptions,
  LegacyLogin,
  LegacyOptions,
  PolicyMode,
  RegistryOptions,
} from "./settings/options.js";
export { createMemoryStore } from "./stores/memory.js";
export type { AuditQuery, Changes, PurgeTimes, RegistryStore, UserState } from "./stores/store.js";
