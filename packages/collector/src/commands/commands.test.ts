import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { silentLog } from "../lib/logger.js";
import { openStore } from "../store/open.js";
import { at, beacon, errorEvent, session, view, viewEvent } from "../testing/beacons.js";
import { ORIGIN, TOKEN, temporaryDirectory, testCollector } from "../testing/collector.js";
import type { Command } from "./command.js";
import { COMMANDS } from "./index.js";
import { runCommand } from "./run.js";
import { merged, windowsOf } from "./windows.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** A word that is found in the store's files as long as it is in them. */
const ADA = "ada-lovelace-1815";

let directory: string;
let remove: () => Promise<void>;
const data = () => join(directory, "data");

interface Ended {
  code: number;
  out: string;
  err: string;
}

async function run(name: string, ...args: string[]): Promise<Ended> {
  let out = "";
  let err = "";
  const code = await runCommand(
    name,
    COMMANDS[name] as Command,
    ["--config", join(directory, "sojourn.json"), ...args],
    {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      data: async (chunk) => {
        out += String(chunk);
      },
      now: Date.now,
    },
  );
  return { code, out, err };
}
const exported = async (...args: string[]) =>
  (await run("export", ...args)).out
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

function visit(n: number, users: string[]) {
  return beacon({
    page: { page_id: `p${n}`, page_started_at: at(-n * 1000) },
    sessions: [session({ session_id: `s${n}`, session_created_at: at(-n * 1000) })],
    views: [view({ view_id: `v${n}`, view_started_at: at(-n * 1000) })],
    users: users.map((user_id) => (user_id ? { user_id } : {})),
    events: [
      viewEvent({ seq: 1, date: at(-n * 1000) }),
      ...users.map((_, u) => errorEvent({ seq: 2 + u, u, error_message: `of ${n}` })),
    ],
  });
}

beforeAll(async () => {
  ({ path: directory, remove } = await temporaryDirectory());
  const config = { data: data(), applications: [{ id: "shop", clientToken: "pub-shop-token", origins: ["*"] }] };
  await writeFile(join(directory, "sojourn.json"), JSON.stringify(config));
  const serverToken = "srv-of-the-shop-1234";
  const applications = [{ id: "shop", clientToken: TOKEN, origins: [ORIGIN], serverToken }];
  const collector = await testCollector({ data: data(), store: undefined, applications });
  const documents = [
    {
      ...{ kind: "connection", connection_id: "c", instance_id: "i", version: at(0), transport: "http" },
      ...{ created_at: at(0), last_activity_at: at(0), user_id: ADA },
    },
    ...[ADA, "eve"].map((user_id, n) => ({
      kind: "sign_in",
      event_id: `e${n}`,
      date: at(0),
      type: "created",
      user_id,
    })),
    { kind: "session_user", session_id: "s0", user_id: ADA, date: at(0) },
  ];
  const told = new Request("http://c.test/v1/server", {
    method: "POST",
    headers: { authorization: `Bearer ${serverToken}` },
    body: JSON.stringify({ v: 1, documents }),
  });
  expect((await collector.handle(told, {})).status).toBe(204);
  // The second did something before it was known who it was.
  for (const [n, users] of [[""], ["", ADA], ["eve"], [ADA]].entries()) {
    expect((await collector.send(visit(n, users))).status).toBe(204);
  }
  await collector.readSettled("/v1/sessions");
  await collector.stop();
  // What the store refused lies there with the user's id in it.
  const record = { application_id: "shop", sessions: [{ session_id: "other" }], users: [{ user_id: ADA }] };
  await writeFile(join(data(), "refused", "x.json"), JSON.stringify({ reason: "…", record }));
});
afterAll(() => remove());

test("export writes what is stored, a line each, narrowed as asked", async () => {
  const events = await exported("--application", "shop");
  expect(events.map(({ error_message, user_id = "" }) => [error_message, user_id]).sort()).toEqual([
    ["of 0", ""],
    ["of 1", ""],
    ["of 1", ADA],
    ["of 2", "eve"],
    ["of 3", ADA],
  ]);
  expect(await exported("--application", "none")).toEqual([]);
  expect(await exported("--what", "views", "--from", String(at(-1500)))).toHaveLength(2);
  expect((await exported("--what", "sessions")).map(({ session_id }) => session_id)).toContain("s2");
  const file = join(directory, "events.ndjson");
  const { out, err } = await run("export", "--out", file);
  expect([out, err]).toEqual(["", "5 events exported\n"]);
  expect((await readFile(file, "utf8")).trim().split("\n")).toHaveLength(5);
});

test("export asks by time, so that much is read in parts that do not depend on how much there is", async () => {
  const store = await openStore({ data: data() }, silentLog);
  const windows = (most: number) => windowsOf(store, ["errors FINAL", "views FINAL"], {}, undefined, most);
  const [[whole, ...others], minutes] = await Promise.all([windows(100), windows(4)]).finally(store.close);
  expect([whole?.rows, others]).toEqual([9, []]);
  expect(minutes.every(({ from, to, rows }) => rows <= 4 || to - from === 60_000)).toBe(true);
  expect(minutes.map(({ from }) => from)).toEqual(minutes.map(({ from }) => from).sort((a, b) => b - a));
  expect(minutes.reduce((sum, { rows }) => sum + rows, 0)).toBe(9);
  expect(minutes.map(({ name }) => name.slice(10))).toEqual(["T12", "T1159"]);
  expect(merged(minutes, 9)).toMatchObject([{ rows: 9, from: minutes.at(-1)?.from, to: minutes[0]?.to }]);
  expect(merged(minutes, 8).length).toBeGreaterThan(1);
});

test("export writes Parquet, a file for each table and day", async () => {
  const out = join(directory, "parquet");
  await run("export", "--format", "parquet", "--out", out);
  const names = await readdir(out);
  const day = new Date(at(0)).toISOString().slice(0, 10);
  expect(names).toEqual([`errors-${day}.parquet`]);
  const bytes = await readFile(join(out, names[0] ?? ""));
  expect([bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual(["PAR1", "PAR1"]);
});

test.each([
  [["export", "--what", "everything"], "--what"],
  [["export", "--format", "csv"], "--format"],
  [["export", "--format", "parquet"], "--out"],
  [["export", "--from", "soon"], "--from"],
  [["erase"], "--user"],
  [["erase", "--user", "a", "--session", "b"], "--user"],
  [["erase", "--user", ""], "--user"],
  [["erase", "--session", "' OR 1 --"], "--session"],
  [["erase", "--everybody"], "--everybody"],
  [["migrate", "--dry-run"], "--dry-run"],
  [["backup"], "DIR"],
  [["restore", "a", "b"], "DIR"],
])("%j is refused, naming %s", async ([name = "", ...args], option) => {
  await expect(run(name, ...args)).rejects.toThrow(option);
});

test.each(["export", "erase", "backup"])(
  "%s says that there is no such data directory, rather than that it held nothing",
  async (name) => {
    const target = name === "backup" ? [join(directory, "b1")] : name === "erase" ? ["--user", ADA] : [];
    const typo = join(directory, "dtaa");
    await expect(run(name, ...target, "--data", typo)).rejects.toThrow("there is no directory");
    expect(existsSync(typo)).toBe(false);
  },
);

test("a command does not touch the data of a collector that runs", async () => {
  const collector = await testCollector({ data: data(), store: undefined });
  // Its process is this one, which would be taken for the command's own.
  await writeFile(join(data(), "lock"), String(process.ppid));
  for (const name of ["export", "migrate", "backup"]) {
    await expect(run(name, ...(name === "backup" ? [join(directory, "b0")] : []))).rejects.toThrow(
      /in use by process .*stop/,
    );
  }
  await expect(run("erase", "--user", ADA)).rejects.toThrow(/stop that collector/);
  expect((await run("doctor")).out).toContain("in use by process");
  await collector.stop();
});

test("a backup is restored whole, and one that is not whole is not", async () => {
  const backup = join(directory, "backup");
  expect((await run("backup", backup)).out).toMatch(/^\d+ files copied/);
  await expect(run("backup", backup)).rejects.toThrow("not empty");
  await expect(run("backup", join(data(), "b"))).rejects.toThrow("must not be in");
  await expect(run("restore", backup)).rejects.toThrow("not empty");

  const restored = join(directory, "restored");
  expect((await run("restore", backup, "--data", restored)).out).toMatch(/^\d+ files restored/);
  expect(await exported("--data", restored)).toHaveLength(5);

  const torn = join(directory, "torn");
  await cp(backup, torn, { recursive: true, verbatimSymlinks: true });
  const manifest = JSON.parse(await readFile(join(torn, "sojourn-backup.json"), "utf8"));
  const [file = "", link = ""] = ["sha256", "link"].map((key) =>
    Object.keys(manifest.files).find((path) => key in manifest.files[path]),
  );
  await writeFile(join(torn, file), "something else");
  await expect(run("restore", torn, "--data", join(directory, "no1"))).rejects.toThrow(file);
  await cp(join(backup, file), join(torn, file));
  await rm(join(torn, link));
  await symlink("/etc", join(torn, link));
  await expect(run("restore", torn, "--data", join(directory, "no2"))).rejects.toThrow(link);
  await rm(join(torn, link));
  await cp(join(backup, link), join(torn, link), { verbatimSymlinks: true });
  await writeFile(join(torn, "log", "9999999999.log"), "planted");
  await expect(run("restore", torn, "--data", join(directory, "no3"))).rejects.toThrow("9999999999.log is not in");
  await rm(join(torn, "sojourn-backup.json"));
  await expect(run("restore", torn, "--data", join(directory, "no4"))).rejects.toThrow("no whole backup");
});

test("erase removes every session in which a user was known, whole, and nothing else", async () => {
  const left = () => exported().then((events) => events.map(({ error_message }) => error_message).sort());
  const isOnDisk = () => spawnSync("grep", ["-rq", ADA, data()]).status === 0;
  expect(isOnDisk()).toBe(true);
  // A record of another application's is no business of this one's.
  const foreign = join(data(), "refused", "y.json");
  await writeFile(foreign, JSON.stringify({ record: { application_id: "other", users: [{ user_id: ADA }] } }));
  const narrow = await run("erase", "--user", ADA, "--application", "shop", "--dry-run");
  expect(narrow.out).toContain("refused records: 1\n");
  await rm(foreign);
  const dry = await run("erase", "--user", ADA, "--dry-run");
  expect(dry.out).toMatch(/There are 2 sessions:[\s\S]*errors: 3\n[\s\S]*refused records: 1\n/);
  expect(await left()).toHaveLength(5);

  expect((await run("erase", "--user", ADA)).out).toMatch(
    /Removed 2 sessions:[\s\S]*views: 2\n[\s\S]*errors: 3\n[\s\S]*connections: 1\n {2}sign_ins: 1\n {2}session_users: 1\n/,
  );
  expect(await left()).toEqual(["of 0", "of 2"]);
  expect((await exported("--what", "views")).map(({ session_id }) => session_id).sort()).toEqual(["s0", "s2"]);
  const sessions = (await exported("--what", "sessions")).map(({ session_id }) => session_id);
  expect(sessions.filter((id) => id === "s1" || id === "s3")).toEqual([]);
  expect(await readdir(join(data(), "refused"))).toEqual([]);
  expect(isOnDisk()).toBe(false);
  expect((await run("erase", "--user", ADA)).out).toContain("Removed 0 sessions");

  await run("erase", "--session", "s2", "--application", "other");
  expect(await left()).toEqual(["of 0", "of 2"]);
  await run("erase", "--session", "s2", "--application", "shop");
  expect(await left()).toEqual(["of 0"]);
});

test("doctor names what is wrong, and what to do", async () => {
  const good = await run("doctor");
  expect(good.out).toMatch(/^ok {4}applications: shop$/m);
  expect(good.out).toMatch(/^warn {2}origins: /m);
  expect(good.out).toMatch(/^fail {2}readTokens: /m);
  expect(good.out).toMatch(/^ok {4}store: the embedded engine answers, \d/m);
  expect(good.code).toBe(1);
  const path = join(directory, "bad.json");
  const store = { url: "http://127.0.0.1:9" };
  await writeFile(path, JSON.stringify({ data: join(directory, "file", "x"), store, openReads: true }));
  await writeFile(join(directory, "file"), "");
  const bad = await run("doctor", "--config", path).catch((error: Error) => ({ out: error.message, code: -1 }));
  expect(bad.out).toMatch(/^fail {2}applications: /m);
  expect(bad.out).toMatch(/^fail {2}data: .*ENOTDIR/m);
  expect(bad.out).toMatch(/^fail {2}store: .*ECONNREFUSED/m);
  expect(bad.code).toBe(1);
});

test("every command says how it is used", async () => {
  await mkdir(join(directory, "empty"), { recursive: true });
  for (const [name, { options }] of Object.entries(COMMANDS)) {
    const { out, code } = await run(name, "--help");
    expect(code).toBe(0);
    expect(out).toContain(`Usage: sojourn ${name}`);
    for (const option of Object.keys(options)) expect(out).toContain(`--${option}`);
  }
});
