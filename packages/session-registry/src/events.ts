import type { EpochMs } from "./clock.js";
import type { AuditEvent } from "./model/audit.js";
import { shortGuid } from "./model/token.js";

/** Why a token let nobody in. For logs and figures; those who sent it are not told. */
export type RefusalReason =
  | "missing"
  | "malformed"
  | "unknown"
  | "wrong_secret"
  | "expired"
  | "ended"
  | "client_mismatch"
  | "reuse"
  | "actor_ended"
  | "legacy_refused"
  | "legacy_denied"
  | "too_many";

/** What an application's logs and figures may hear. No credential is in it, and of a guid six characters. */
export type RegistryEvent =
  | (Omit<AuditEvent, "guid"> & { readonly event: "audit"; readonly session?: string })
  | { readonly event: "refused"; readonly at: EpochMs; readonly reason: RefusalReason; readonly session?: string };

export function eventOf({ guid, ...audit }: AuditEvent): RegistryEvent {
  return { event: "audit", ...audit, ...(guid && { session: shortGuid(guid) }) };
}
