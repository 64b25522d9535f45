import { type Clock, systemClock } from "./clock.js";
import type { EpochMs } from "./model/facts.js";
import type { DescriberOptions, RequestLike, Seen } from "./request.js";
import type { SessionStore } from "./stores/store.js";

export interface MonitorOptions extends DescriberOptions {
  /** Shared by all instances. It stays open when the monitor stops. */
  readonly store: SessionStore;
  readonly instance?: {
    /** Between two heartbeats, ± 10 %. @default 60000 */
    readonly heartbeatMs?: number;
    /** Connections of one write, at most 500. @default 500 */
    readonly batchSize?: number;
    /** Without a sign of life for so long an instance is dead, by the store's clock; at least two heartbeats. @default 180000 */
    readonly leaseMs?: number;
  };
  /** How long clients without a connection of their own are present after a request, ms. @default 900000 */
  readonly idleMs?: number;
  /** Such clients at once; more are not recorded. @default 50000 */
  readonly presenceLimit?: number;
  /** Changed connections that may wait for a store that is away; beyond it the oldest is given up. @default 10000 */
  readonly queueLimit?: number;
  /** How long sign-ins, sign-outs and ends wait for the store before they answer `false`, ms. @default 1000 */
  readonly waitMs?: number;
  /** How long {@link SessionMonitor.stop} may take, ms. @default 5000 */
  readonly stopMs?: number;
  readonly retention?: {
    /** Documents after their end. @default 45 */
    readonly days?: number;
    /** Hourly rollups. @default 400 */
    readonly rollupDays?: number;
  };
  /** Whether this instance takes part in rollups and purges. @default true */
  readonly jobs?: boolean;
  /** IANA zone that `year`, `month` and `day` of documents are of. @default "UTC" */
  readonly timeZone?: string;
  /** Reads what is kept of a request, in place of {@link DescriberOptions}. */
  readonly describe?: (request: RequestLike, at: EpochMs) => Seen;
  /** `false` records nothing and writes nothing; everything can be called all the same. @default true */
  readonly enabled?: boolean;
  /** Hears of what went wrong and will be tried again. The monitor itself never throws into the application. */
  readonly onError?: (error: unknown) => void;
  readonly clock?: Clock;
  /** 0 ≤ x < 1. @default Math.random */
  readonly random?: () => number;
  /** @default crypto.randomUUID */
  readonly newId?: () => string;
}

export interface Settings {
  readonly heartbeatMs: number;
  readonly batchSize: number;
  readonly leaseMs: number;
  readonly idleMs: number;
  readonly presenceLimit: number;
  readonly queueLimit: number;
  readonly waitMs: number;
  readonly stopMs: number;
  readonly days: number;
  readonly rollupDays: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
}

/** @throws RangeError naming the option, what was given and what is accepted */
export function settingsOf(options: MonitorOptions): Settings {
  const { instance = {}, retention = {} } = options;
  const heartbeatMs = whole("instance.heartbeatMs", instance.heartbeatMs ?? 60_000, 10, 3_600_000);
  return {
    heartbeatMs,
    batchSize: whole("instance.batchSize", instance.batchSize ?? 500, 1, 500),
    leaseMs: whole(
      "instance.leaseMs",
      instance.leaseMs ?? Math.max(180_000, heartbeatMs * 3),
      heartbeatMs * 2,
      86_400_000,
    ),
    idleMs: whole("idleMs", options.idleMs ?? 900_000, 1000, 86_400_000),
    presenceLimit: whole("presenceLimit", options.presenceLimit ?? 50_000, 0, 10_000_000),
    queueLimit: whole("queueLimit", options.queueLimit ?? 10_000, 1, 10_000_000),
    waitMs: whole("waitMs", options.waitMs ?? 1000, 0, 60_000),
    stopMs: whole("stopMs", options.stopMs ?? 5000, 0, 600_000),
    days: whole("retention.days", retention.days ?? 45, 1, 36_500),
    rollupDays: whole("retention.rollupDays", retention.rollupDays ?? 400, 1, 36_500),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    newId: options.newId ?? (() => crypto.randomUUID()),
  };
}

function whole(name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(`${name} must be a whole number from ${least} to ${most}: ${String(value)} was given`);
  return value;
}
