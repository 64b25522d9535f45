import { Temporal } from "temporal-polyfill";
import type { EpochMs } from "../model/facts.js";
import type { Stretch } from "../stores/store.js";

export type BucketSize = "hour" | "day" | "week" | "month" | "all";

/** More than a year of hours. */
export const MAX_BUCKETS = 10_000;

/**
 * Cuts `[from, to)` at the hours, midnights, Mondays or first days of months of a time zone. The first and the last may
 * be short; a day is 23 or 25 hours long where the clocks change.
 *
 * @throws RangeError when the range is empty, the zone is unknown or there were more than {@link MAX_BUCKETS}
 */
export function cut(from: EpochMs, to: EpochMs, size: BucketSize, timeZone: string): Stretch[] {
  if (!Number.isFinite(from) || !Number.isFinite(to) || from >= to)
    throw new RangeError(`from must be before to: ${from} and ${to} were given`);
  const buckets: Stretch[] = [];
  let begin = from;
  while (begin < to) {
    if (buckets.length === MAX_BUCKETS)
      throw new RangeError(`bucket: "${size}" cuts this range into more than ${MAX_BUCKETS} pieces; take a larger one`);
    const end = Math.min(to, size === "all" ? to : nextEdge(begin, size, timeZone));
    buckets.push({ from: begin, to: end });
    begin = end;
  }
  return buckets;
}

function nextEdge(at: EpochMs, size: Exclude<BucketSize, "all">, timeZone: string): EpochMs {
  const here = zoned(at, timeZone);
  if (size === "hour") {
    const past = here.minute * 60_000 + here.second * 1000 + here.millisecond;
    return at - past + 3_600_000;
  }
  const day = here.startOfDay();
  if (size === "day") return day.add({ days: 1 }).startOfDay().epochMilliseconds;
  if (size === "week") return day.add({ days: 8 - day.dayOfWeek }).startOfDay().epochMilliseconds;
  return day.with({ day: 1 }).add({ months: 1 }).startOfDay().epochMilliseconds;
}

function zoned(at: EpochMs, timeZone: string): Temporal.ZonedDateTime {
  try {
    return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  } catch {
    throw new RangeError(`timeZone must be an IANA name such as "Europe/Berlin": "${timeZone}" was given`);
  }
}
