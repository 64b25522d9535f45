export interface LoadInput {
  /** Requests of signed-in users, a second. */
  readonly authRps: number;
  readonly loginsPerDay: number;
  /** Users who come on a day. */
  readonly dailyUsers: number;
  /** On how many devices each of those comes on a day. @default 1.3 */
  readonly sessionsPerUser?: number;
  /** Users in all, for the number of rows. @default ten times `dailyUsers` */
  readonly users?: number;
  /** Devices of a user over a lifetime. @default 3 */
  readonly devicesPerUser?: number;
  /** Requests that the cache answers, 0 to 1. @default 0 */
  readonly cacheHits?: number;
  /** Connections of the session monitor that stay open, whose heartbeats ask which sessions are live. @default 0 */
  readonly connections?: number;
}

export interface LoadEstimate {
  /** A second, on the average. A busy hour has about three times as many. */
  readonly reads: number;
  readonly writes: number;
  readonly rows: {
    readonly sessions: number;
    readonly marks: number;
    readonly audit: number;
    readonly notices: number;
  };
  /** Of all tables with their indexes. */
  readonly bytes: number;
}

const DAY_SECONDS = 86_400;
const AUDIT_DAYS = 400;
/** Bytes of a row with its indexes, measured on PostgreSQL with 100,000 sessions, rounded up. */
const BYTES = { sessions: 1400, marks: 200, audit: 700, notices: 1000 } as const;
const BEAT_SECONDS = 60;
const BEAT_SESSIONS = 500;

/**
 * What a store has to do, from what an application knows of itself. Writes are those of sign-ins and sign-outs, and for
 * each device that comes on a day one refresh and at most one change of its client.
 *
 * @throws RangeError naming what is no number of 0 or more
 */
export function estimateLoad(input: LoadInput): LoadEstimate {
  const { authRps, loginsPerDay, dailyUsers, cacheHits = 0, connections = 0 } = input;
  const { sessionsPerUser = 1.3, devicesPerUser = 3, users = dailyUsers * 10 } = input;
  const given = { authRps, loginsPerDay, dailyUsers, sessionsPerUser, devicesPerUser, users, cacheHits, connections };
  for (const [name, value] of Object.entries(given)) {
    if (!Number.isFinite(value) || value < 0) throw new RangeError(`${name} must be 0 or more: ${value} was given`);
  }
  if (cacheHits > 1) throw new RangeError(`cacheHits must be from 0 to 1: ${cacheHits} was given`);
  const beats = connections / BEAT_SESSIONS / BEAT_SECONDS;
  // Nobody signs out more often than in.
  const writesPerDay = 2 * loginsPerDay + dailyUsers * sessionsPerUser * 2;
  const rows = {
    sessions: users * devicesPerUser,
    // A fingerprint, a device and a country for each, and a few networks.
    marks: users * devicesPerUser * 5,
    audit: loginsPerDay * 2 * AUDIT_DAYS,
    notices: loginsPerDay * 0.2 * 30,
  };
  const sum = Object.entries(BYTES).reduce((bytes, [name, each]) => bytes + rows[name as keyof typeof rows] * each, 0);
  return {
    reads: authRps * (1 - cacheHits) + (loginsPerDay * 3) / DAY_SECONDS + beats,
    writes: writesPerDay / DAY_SECONDS,
    rows,
    bytes: sum,
  };
}
