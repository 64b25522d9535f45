import { setTimeout as sleep } from "node:timers/promises";
import { openHouse } from "./house.js";
import { emptied, type Facts, readFacts, startLoad } from "./load.js";
import { seeded } from "./random.js";

/** Whom to kill, and whether in the middle of an insert, which is seen where the store is a server. */
export type Kill = "collector" | "engine" | "collector in an insert" | "engine in an insert";

/** Bodies that are acknowledged between two kills, at least. */
const BETWEEN = 20;
const LONGEST_WAIT_MS = 100;
/** More than a block of this load is in a table's insert. */
const FURTHEST_BYTES = 12_000;

/**
 * Kills under load, one after the other, each at a moment that follows from the seed; each after the collector was well again.
 *
 * @returns what was acknowledged, and what is there in the end.
 */
export async function killUnderLoad(
  directory: string,
  options: { server: boolean; kills: readonly Kill[]; seed: number },
): Promise<{ acknowledged: Facts; found: Facts; bodies: number }> {
  const random = seeded(options.seed);
  const house = await openHouse(directory, options);
  const load = startLoad(() => house.url);
  try {
    for (const kill of options.kills) {
      await load.more(BETWEEN);
      await moment(kill);
      if (kill.startsWith("collector")) await house.killCollector();
      else house.killEngine();
      await house.ready();
    }
    await load.more(BETWEEN);
    const acknowledged = await load.stop();
    const url = await house.ready();
    await emptied(url);
    return { acknowledged, found: await readFacts(url), bodies: load.acknowledged };
  } finally {
    await load.stop();
    await house.stop();
  }

  async function moment(kill: Kill): Promise<void> {
    if (!kill.endsWith("in an insert")) {
      await sleep(random() * LONGEST_WAIT_MS);
      return;
    }
    // In front of the answer as often as anywhere on the way, and at once: no time is left to whoever is killed.
    const point = random() < 0.5 ? ("answered" as const) : { bytes: Math.ceil(random() * FURTHEST_BYTES) };
    await new Promise<void>((resolve) => house.door?.atInsert(point, resolve));
  }
}
