// One server process: does what the test says over its channel. Its time is a number in a file that all share, so that five
// minutes pass at once; its timers never run.
import { readFileSync } from "node:fs";
import { createSessionMonitor } from "@sojourn/session-monitor";
import { openPostgresStore } from "@sojourn/session-monitor/postgres";
import { openSqliteStore } from "@sojourn/session-monitor/sqlite";

const { file, sqlite, postgres } = JSON.parse(process.argv[2]);
const now = () => Number(readFileSync(file, "utf8"));
const store = sqlite
  ? openSqliteStore({ path: sqlite, now })
  : await openPostgresStore({ connection: postgres, now, onError: () => {} });
const errors = [];
const monitor = createSessionMonitor({
  store,
  clock: { now, after: () => () => {} },
  onError: (error) => errors.push(String(error)),
  // What waits longer than a moment would be answered by a timer.
  waitMs: 0,
});
const handles = [];

const calls = {
  async open({ count, users = 0 }) {
    for (let index = 0; index < count; index += 1) {
      const handle = monitor.open({ transport: "websocket" });
      if (index < users) void handle.login({ userId: `user${index}` });
      handles.push(handle);
    }
    await monitor.flush();
  },
  async beat() {
    for (const handle of handles) handle.activity();
    await monitor.beat();
  },
  sweep: () => monitor.sweep(),
  stop: () => monitor.stop(),
};

process.on("message", async ({ call, values }) => {
  const result = await calls[call](values).catch((error) => errors.push(String(error)));
  process.send({ result, instanceId: monitor.instanceId, errors: errors.splice(0), counters: monitor.counters() });
});
process.on("disconnect", () => process.exit());
process.send({ ready: true, instanceId: monitor.instanceId });
