import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Engine, startEngine } from "./engine/start.js";
import { silentLog } from "./lib/logger.js";
import { beacon, errorEvent, session, view, viewEvent } from "./testing/beacons.js";
import { end, endAll, listening, type Run, runCli } from "./testing/cli.js";
import { TOKEN, temporaryDirectory } from "./testing/collector.js";
import { type Door, openDoor } from "./testing/door.js";
import { emptied } from "./testing/load.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PAGES = 4;
const BODIES = 15;

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let engine: Engine;
let door: Door;
const runs: Run[] = [];

beforeAll(async () => {
  directory = await temporaryDirectory();
  engine = await startEngine({ directory: join(directory.path, "store"), database: "sojourn", log: silentLog });
  door = await openDoor(engine);
  const applications = [{ id: "shop", clientToken: TOKEN, origins: ["*"] }];
  const limits = { perAddress: { rate: 1000, burst: 10_000 } };
  await writeFile(join(directory.path, "sojourn.json"), JSON.stringify({ applications, openReads: true, limits }));
});
afterAll(async () => {
  await endAll(runs.map(({ child }) => child));
  await door.close();
  await engine.stop();
  await directory.remove();
});

function start(name: string): Run {
  const flags = ["--port", "0", "--data", name, "--config", "sojourn.json"];
  const started = runCli(directory.path, flags, {
    SOJOURN_STORE_URL: door.url,
    SOJOURN_STORE_PASSWORD: engine.password,
  });
  runs.push(started);
  return started;
}

const now = Date.now() as ReturnType<typeof session>["session_created_at"];
function body(page: number, n: number): string {
  return JSON.stringify(
    beacon({
      page: { page_id: `p${page}`, page_started_at: now },
      sessions: [
        session({ session_id: "s", session_created_at: now, session_active_until_at: now, session_error_count: 2 * n }),
      ],
      views: [view({ view_id: `v${page}`, view_started_at: now })],
      events: [
        viewEvent({ seq: 3 * n - 2, document_version: n, date: now }),
        errorEvent({ seq: 3 * n - 1, date: now }),
        errorEvent({ seq: 3 * n, date: now }),
      ],
    }),
  );
}

async function read<T>(url: string, path: string): Promise<T> {
  return (await fetch(`${url}${path}`)).json() as Promise<T>;
}

test("two collectors that start at once on a new store, and one dies: what pages spread over both is there once", async () => {
  const [first, second] = [start("one"), start("two")];
  const urls = [await listening(first), await listening(second)];
  const send = async (at: number, page: number, n: number) =>
    (await fetch(`${urls[at]}/v1/rum?client_token=${TOKEN}`, { method: "POST", body: body(page, n) })).status;

  for (let n = 1; n <= BODIES; n += 1) {
    // Every third goes to both, as after a lost answer.
    const sent = Array.from({ length: PAGES }, (_, page) => [
      send((page + n) % 2, page, n),
      ...(n % 3 === 0 ? [send((page + n + 1) % 2, page, n)] : []),
    ]);
    expect(new Set(await Promise.all(sent.flat()))).toEqual(new Set([204]));
    if (n === 8) {
      await end(second.child, "SIGKILL");
      urls[1] = await listening(start("two"));
    }
  }
  for (const url of urls) await emptied(url);

  const answers = await Promise.all(
    urls.map(async (url) => {
      const { items } = await read<{ items: { seq: number; page_id: string }[] }>(url, "/v1/events?limit=1000");
      const { session: found } = await read<{ session: Record<string, unknown> }>(url, "/v1/sessions/s");
      const delivery = await read<{ total: Record<string, unknown> }>(url, "/v1/delivery");
      const views = await read<{ items: { document_version: number }[] }>(url, "/v1/views");
      return {
        events: items.map(({ seq, page_id }) => `${page_id} ${seq}`).sort(),
        errors: found.session_error_count,
        versions: views.items.map(({ document_version }) => document_version),
        delivery: [delivery.total.claimed, delivery.total.stored, delivery.total.missing],
      };
    }),
  );
  const numbers = Array.from({ length: BODIES }, (_, index) => [3 * index + 2, 3 * index + 3]).flat();
  const once = {
    events: Array.from({ length: PAGES }, (_, page) => numbers.map((seq) => `p${page} ${seq}`))
      .flat()
      .sort(),
    errors: 2 * BODIES * PAGES,
    versions: Array.from({ length: PAGES }, () => BODIES),
    delivery: [3 * BODIES * PAGES, 3 * BODIES * PAGES, 0],
  };
  expect(answers).toEqual([once, once]);
});
