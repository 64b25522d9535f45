import { access, constants, mkdir, readdir, stat, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Config } from "../config/schema.js";
import { messageOf } from "../lib/logger.js";
import { ownerOf } from "../log/lock.js";
import { pendingMigrations } from "../store/migrate.js";
import { connect } from "../store/open.js";
import type { Command } from "./command.js";
import { openOffline } from "./offline.js";

type Finding = { level: "ok" | "warn" | "fail"; what: string; say: string };

const GIB = 1024 ** 3;
const MOST_SKEW_MS = 60_000;

export const DOCTOR: Command = {
  summary: "looks for what would keep a collector from working",
  details: "A line for each thing it looks at, with what to do. The exit code is 1 when one of them is a failure.",
  options: {},
  async run(config, _values, { out, now }) {
    let failed = false;
    for (const look of [applications, reading, directory, space, port, waiting, refused, store]) {
      const found = await look(config, now).catch((error: unknown) => fail(look.name, messageOf(error)));
      for (const { level, what, say } of found) {
        failed ||= level === "fail";
        out(`${level.padEnd(4)}  ${what}: ${say}\n`);
      }
    }
    return failed ? 1 : 0;
  },
};

type Look = (config: Config, now: () => number) => Promise<Finding[]>;
const ok = (what: string, say: string): Finding[] => [{ level: "ok", what, say }];
const warn = (what: string, say: string): Finding[] => [{ level: "warn", what, say }];
const fail = (what: string, say: string): Finding[] => [{ level: "fail", what, say }];

const applications: Look = async ({ applications: all }) => {
  if (all.length === 0) return fail("applications", "none is configured, so every beacon is refused: name one");
  const open = all.filter(({ origins }) => origins.includes("*")).map(({ id }) => id);
  return [
    ...ok("applications", all.map(({ id }) => id).join(", ")),
    ...(open.length ? warn("origins", `pages of any site may send to ${open.join(", ")}`) : []),
  ];
};

const reading: Look = async ({ readTokens, openReads }) => {
  if (readTokens.length)
    return ok(
      "readTokens",
      `${readTokens.length}, ${readTokens.filter((t) => t.role === "admin").length} of them admin`,
    );
  return openReads
    ? warn("readTokens", "none: only this machine itself can read")
    : fail("readTokens", "none, and openReads is off: nobody can read what is kept");
};

const directory: Look = async ({ data }) => {
  try {
    await mkdir(data, { recursive: true, mode: 0o700 });
    await access(data, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    return fail("data", `${data} cannot be written (${messageOf(error)})`);
  }
  const owner = await ownerOf(data);
  return ok("data", owner ? `${data} is in use by process ${owner.pid}` : `${data} can be written`);
};

const space: Look = async ({ data, logLimitBytes }) => {
  const { bavail, bsize } = await statfs(data);
  const free = bavail * bsize;
  const say = `${(free / GIB).toFixed(1)} GiB free`;
  if (free < logLimitBytes)
    return fail("disk", `${say}, and the log alone may take ${(logLimitBytes / GIB).toFixed(1)} GiB (logLimitBytes)`);
  return free < 4 * logLimitBytes ? warn("disk", `${say}: little beside the log's limit`) : ok("disk", say);
};

const port: Look = async ({ host, port: wanted, data }) => {
  if (wanted === 0) return ok("port", "a free one is taken");
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    const server = createServer().once("error", resolve);
    server.listen({ host, port: wanted }, () => server.close(() => resolve(undefined)));
  });
  if (!error) return ok("port", `${wanted} on ${host} is free`);
  if (error.code === "EADDRINUSE" && (await ownerOf(data)) !== undefined)
    return ok("port", `${wanted} is in use, and so is the data directory`);
  return fail("port", `${wanted} on ${host} cannot be listened on (${error.code})`);
};

const waiting: Look = async ({ data, logLimitBytes }) => {
  let bytes = 0;
  for (const name of await readdir(join(data, "log")).catch(() => [])) {
    bytes += await stat(join(data, "log", name)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  const say = `${bytes} bytes in the log`;
  return bytes > logLimitBytes / 2 ? warn("log", `${say}: does the store take them?`) : ok("log", say);
};

const refused: Look = async ({ data }) => {
  const { length } = await readdir(join(data, "refused")).catch(() => []);
  return length
    ? warn("refused", `the store refused ${length} records; each file of ${join(data, "refused")} says why`)
    : ok("refused", "none");
};

const store: Look = async (config, now) => {
  if (!config.store && (await ownerOf(config.data)) !== undefined) {
    return ok("store", "embedded; the collector that runs has it, ask its /readyz");
  }
  try {
    return config.store ? await remote(config.store, now) : await embedded(config);
  } catch (error) {
    return fail("store", messageOf(error).split("\n", 1)[0] ?? "");
  }
};

async function embedded(config: Config): Promise<Finding[]> {
  const { store: opened, close } = await openOffline(config);
  try {
    const [row] = await opened.query<{ version: string }>("SELECT version() AS version");
    return ok("store", `the embedded engine answers, ${row?.version}`);
  } finally {
    await close();
  }
}

async function remote(given: NonNullable<Config["store"]>, now: () => number): Promise<Finding[]> {
  const opened = connect(given);
  try {
    const [row] = await opened.query<{ version: string; at: number }>(
      "SELECT version() AS version, toUnixTimestamp64Milli(now64(3)) AS at",
    );
    const skew = Math.abs(now() - (row?.at ?? 0));
    const pending = await pendingMigrations(opened);
    return [
      ...ok("store", `${[given.url].flat().join(", ")} answers, ${row?.version}`),
      ...(skew > MOST_SKEW_MS
        ? warn("clock", `this machine and the store differ by ${Math.round(skew / 1000)} s`)
        : []),
      ...(pending.length
        ? warn("migrations", `${pending.join(", ")}: applied at the next start, or by sojourn migrate`)
        : []),
    ];
  } finally {
    await opened.close();
  }
}
