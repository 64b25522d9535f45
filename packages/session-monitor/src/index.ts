export type { BucketSize } from "./aggregate/buckets.js";
export type { Aggregate, AggregateBucket, AggregateGroup, AggregateQuery } from "./aggregate/index.js";
export { DIMENSIONS, type Dimension, type Measures } from "./aggregate/measures.js";
export { type Clock, type Stop, systemClock } from "./clock.js";
export type { Counters } from "./life/counters.js";
export type { ConnectionDocument, LoginInterval } from "./model/document.js";
export type { ClientInfo, CloseReason, EpochMs } from "./model/facts.js";
export {
  type At,
  type ConnectionHandle,
  createSessionMonitor,
  type Identity,
  type OpenOptions,
  type SessionMonitor,
  type Stored,
} from "./monitor.js";
export type { MonitorOptions } from "./options.js";
export type { DescriberOptions, Field, RequestLike, Seen } from "./request.js";
export { createMemoryStore, type MemoryStoreOptions } from "./stores/memory.js";
export type { SessionStore } from "./stores/store.js";
