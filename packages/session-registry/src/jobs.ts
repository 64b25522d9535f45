import { DAY, HOUR, MINUTE, type Stop } from "./clock.js";
import type { Context } from "./flows/context.js";
import { AUDIT_DAYS } from "./model/audit.js";
import { TOMBSTONES } from "./model/limit.js";
import { MARKS_KEPT_MS } from "./model/marks.js";

/** Rows of one kind that go at a time, so that nobody waits for them. */
const CHUNK = 1000;

/** Removes once what no longer needs to be kept. Answers how many rows; `CHUNK` of one kind at most. */
export function purge({ store, clock }: Context): Promise<number> {
  const now = clock.now();
  const before = {
    expired: now,
    ended: now - TOMBSTONES.ms,
    marks: now - MARKS_KEPT_MS,
    audit: now - AUDIT_DAYS * DAY,
    notices: now - 30 * DAY,
  };
  return store.purge(before, CHUNK);
}

/** Removes it all the time: each hour, and each minute while there is more. */
export function startPurge(context: Context): Stop {
  let stopped = false;
  let wait: Stop = () => {};
  const plan = (ms: number) => {
    if (!stopped) wait = context.clock.after(ms, () => void run());
  };
  async function run(): Promise<void> {
    const count = await purge(context).catch((error) => {
      context.onError(error);
      return 0;
    });
    plan(count >= CHUNK ? MINUTE : HOUR);
  }
  plan(MINUTE);
  return () => {
    stopped = true;
    wait();
  };
}
