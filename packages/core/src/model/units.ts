/**
 * Units as types. A number that means nanoseconds cannot be handed to a function that expects
 * milliseconds; the brand exists only in the type system and costs no byte.
 */

declare const unit: unique symbol;
type Branded<T, Name extends string> = T & { readonly [unit]: Name };

/** A duration in whole nanoseconds. The unit of every duration in an event. */
export type Ns = Branded<number, "ns">;
/** Wall-clock time in milliseconds since 1970-01-01 UTC. For display and expiry, never for durations. */
export type EpochMs = Branded<number, "epoch-ms">;
/** Milliseconds on the monotonic clock of one document (`performance.now()`, entry `startTime`s). */
export type RelativeMs = Branded<number, "relative-ms">;
/** A session's id: a random UUID, lower case. */
export type SessionId = Branded<string, "session-id">;
/** A view's id: a random UUID, lower case. */
export type ViewId = Branded<string, "view-id">;
/** The id of one document's life: a random UUID, lower case. */
export type PageId = Branded<string, "page-id">;

/** Milliseconds (a difference of two {@link RelativeMs}) as nanoseconds; negative and non-finite values become 0. */
export const toNs = (ms: number): Ns => (ms > 0 && ms < 9e9 ? Math.round(ms * 1e6) : 0) as Ns;
