import type { EpochMs } from "@sojourn/core/model";

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const day = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });

const minute = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

/** `14:03`. */
export const formatMinute = (at: EpochMs): string => minute.format(at);

/** `Nov 25`. */
export const formatDay = (at: EpochMs): string => day.format(at);

/** The time of day in the reader's zone: `14:03:27`. */
export const formatClock = (at: EpochMs): string => clock.format(at);

/** Day and time with the zone's name. */
export const formatFull = (at: EpochMs): string => full.format(at);

/** The time of day, with the day before it when it is not the day of `now`. */
export function formatWhen(at: EpochMs, now: number): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  return sameDay ? clock.format(at) : `${day.format(at)}, ${clock.format(at)}`;
}

/** How long ago: `just now`, `12 s ago`, `5 min ago`, `3 h ago`, `2 d ago`. A time to come is now. */
export function formatAgo(at: EpochMs, now: number): string {
  const seconds = Math.floor((now - at) / 1000);
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}
