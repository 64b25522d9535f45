import type { EpochMs } from "@sojourn/core/model";

const DAY = 86_400_000;
/** A sender's clock may be ahead of ours by this. */
const FUTURE = DAY;
/** Oldest event: spooled by a page a month ago and sent on the next visit. */
const PAST = 30 * DAY;
/** Oldest start of a page. A screen on a wall shows one page for months; the bound limits how many partitions a sender can open. */
const PAGE_PAST = 366 * DAY;

/** Why a time cannot be right by the collector's clock, or undefined when it can. */
export function flawedTime(name: string, time: EpochMs, now: EpochMs): string | undefined {
  if (time > now + FUTURE) return "is more than a day in the future of the collector's clock";
  const past = name === "page_started_at" || name === "view_started_at" ? PAGE_PAST : PAST;
  if (time < now - past) return `is more than ${past / DAY} days in the past of the collector's clock`;
  return undefined;
}
