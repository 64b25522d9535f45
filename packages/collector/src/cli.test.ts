import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isAlive } from "./log/lock.js";
import { beacon, errorEvent, session, view, viewEvent } from "./testing/beacons.js";
import { end, endAll, enginesOf, listening, type Run, runCli } from "./testing/cli.js";
import { temporaryDirectory } from "./testing/collector.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const TOKEN = "pub-shop-token";

let directory: string;
let remove: () => Promise<void>;
let running: ChildProcess[] = [];

beforeEach(async () => {
  ({ path: directory, remove } = await temporaryDirectory());
  const applications = [{ id: "shop", clientToken: TOKEN, origins: ["https://shop.example"] }];
  await writeFile(
    join(directory, "sojourn.json"),
    JSON.stringify({ applications, openReads: true, limits: { perAddress: { rate: 1000, burst: 10_000 } } }),
  );
});
afterEach(async () => {
  await endAll(running);
  running = [];
  await remove();
});

function run(...flags: string[]): Run {
  const started = runCli(directory, flags);
  running.push(started.child);
  return started;
}

async function fails(...flags: string[]): Promise<{ code: number | null; stderr: string }> {
  const { child, stderr } = run(...flags);
  await once(child, "close");
  return { code: child.exitCode, stderr: stderr() };
}

/** Starts a collector on a free port and waits for its address. */
async function start(...flags: string[]): Promise<Run & { url: string }> {
  const started = run("--port", "0", "--data", "data", "--config", "sojourn.json", ...flags);
  return { ...started, url: await listening(started) };
}

const now = Date.now() as ReturnType<typeof session>["session_created_at"];
function visit(seq: number): string {
  return JSON.stringify(
    beacon({
      page: { page_id: "p", page_started_at: now },
      sessions: [
        session({ session_id: "s", session_created_at: now, session_active_until_at: now, session_error_count: seq }),
      ],
      views: [view({ view_started_at: now })],
      events: [errorEvent({ seq, date: now }), viewEvent({ seq: 10_000 + seq, document_version: seq, date: now })],
    }),
  );
}

const send = async (url: string, seq: number) =>
  (await fetch(`${url}/v1/rum?client_token=${TOKEN}`, { method: "POST", body: visit(seq) })).status;

interface Detail {
  session?: Record<string, unknown>;
  events: { seq: number }[];
}

/** The session as soon as it is as wanted. */
async function detailWhen(url: string, wanted: (detail: Detail) => boolean): Promise<Detail> {
  for (let left = 1_000; ; left -= 1) {
    const { session: found, events = [] } = (await (await fetch(`${url}/v1/sessions/s`)).json()) as Partial<Detail>;
    const detail: Detail = { events, ...(found ? { session: found } : {}) };
    if (wanted(detail)) return detail;
    if (left === 0) throw new Error(`the session is still ${JSON.stringify(detail)}`);
    await sleep(20);
  }
}

/** Numbers of the errors that can be read, as soon as there are as many as wanted. */
async function storedSeqs(url: string, wanted: number): Promise<number[]> {
  const { events } = await detailWhen(url, (detail) => detail.events.length >= wanted);
  return events.map(({ seq }) => seq).sort((a, b) => a - b);
}

test("--help and --version answer and end", async () => {
  const help = run("--help");
  await once(help.child, "close");
  expect([help.child.exitCode, help.stdout().split("\n")[0]]).toEqual([0, "Usage: sojourn [options]"]);
  const version = run("--version");
  await once(version.child, "close");
  expect(version.stdout()).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("SIGTERM ends it cleanly, the engine with it, and what was acknowledged is there at the next start", async () => {
  const first = await start();
  const [engine = 0] = enginesOf(first.child);
  expect(isAlive(engine)).toBe(true);
  expect(await send(first.url, 1)).toBe(204);
  expect(await end(first.child, "SIGTERM")).toBe(0);
  expect(() => process.kill(engine, 0)).toThrow("ESRCH");
  const second = await start();
  expect(await storedSeqs(second.url, 1)).toEqual([1]);
  expect(await end(second.child, "SIGINT")).toBe(0);
});

test("killed right after its answers, again and again, it has every acknowledged event once", async () => {
  const acknowledged: number[] = [];
  let seq = 0;
  for (let kill = 0; kill < 3; kill += 1) {
    const { url, child } = await start();
    // Some are sent and not waited for: the kill comes while they are under way.
    for (let round = 0; round < 4; round += 1) {
      const numbers = Array.from({ length: 10 }, () => ++seq);
      const statuses = await Promise.all(numbers.map((number) => send(url, number)));
      acknowledged.push(...numbers.filter((_, index) => statuses[index] === 204));
    }
    const late = Array.from({ length: 10 }, () => ++seq);
    const pending = late.map((number) => send(url, number).catch(() => 0));
    if (kill === 1) await storedSeqs(url, acknowledged.length);
    await end(child, "SIGKILL");
    const statuses = await Promise.all(pending);
    acknowledged.push(...late.filter((_, index) => statuses[index] === 204));
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(120);
  const { url } = await start();
  // Beacons reach the store in their order, and of a block the sessions last: with this one's count, all are there.
  const last = ++seq;
  expect(await send(url, last)).toBe(204);
  const { events } = await detailWhen(url, ({ session: found }) => found?.session_error_count === last);
  const stored = events.map((event) => event.seq).sort((a, b) => a - b);
  expect(stored).toEqual([...new Set(stored)]);
  expect(stored).toEqual(expect.arrayContaining([...acknowledged, last]));
});

test("a killed engine comes back and nothing acknowledged is lost", async () => {
  const { url, child } = await start();
  expect(await send(url, 1)).toBe(204);
  const [engine = 0] = enginesOf(child);
  process.kill(engine, "SIGKILL");
  expect(await send(url, 2)).toBe(204);
  expect(await send(url, 3)).toBe(204);
  expect(await storedSeqs(url, 3)).toEqual([1, 2, 3]);
});

test("says in one line that the port is taken", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const { code, stderr } = await fails("--port", String(port), "--data", "data");
  other.close();
  expect(stderr).toBe(`sojourn: port: ${port} on 127.0.0.1 is taken by another program; choose another with --port\n`);
  expect(code).toBe(1);
});

test("says in one line that another collector uses the data directory", async () => {
  const first = await start();
  const { code, stderr } = await fails("--port", "0", "--data", "data");
  expect(stderr).toBe(
    `sojourn: data: data is in use by process ${first.child.pid}; stop it, or delete data/lock if that is no collector\n`,
  );
  expect(code).toBe(1);
});

test("says in one line that the data directory cannot be written", async () => {
  await writeFile(join(directory, "file"), "");
  const { code, stderr } = await fails("--port", "0", "--data", "file");
  expect(stderr).toMatch(/^sojourn: data: file cannot be written \(\w+ at .*\)\n$/);
  expect(code).toBe(1);
  if (process.getuid?.() !== 0) {
    await mkdir(join(directory, "locked"));
    await chmod(join(directory, "locked"), 0o500);
    expect((await fails("--port", "0", "--data", "locked")).stderr).toMatch(
      /^sojourn: data: locked cannot be written \(EACCES/,
    );
  }
});

test.each([
  [
    ["--config", "none.json"],
    "sojourn: configuration: none.json: cannot be read: ENOENT: no such file or directory, open 'none.json'\n",
  ],
  [
    ["--config", "bad.json"],
    'sojourn: configuration: applications[0].origins[1]: must be an origin such as "https://shop.example", or "*"; got "shop.example"\n',
  ],
  [["--port", "http"], 'sojourn: configuration: --port: must be a port number, 0 to 65535; got "http"\n'],
  [["--prot", "1"], "sojourn: Unknown option '--prot'", 2],
  [["exprot"], "sojourn: there is no command exprot (see --help)\n", 2],
  [["export", "--what", "all"], 'sojourn: --what: must be events, views, sessions; got "all" (see --help)\n', 2],
  [["--log-level", "loud"], 'sojourn: --log-level: must be info, warn, error, silent; got "loud" (see --help)\n', 2],
  [["--log-format", "xml"], 'sojourn: --log-format: must be text, json; got "xml" (see --help)\n', 2],
])("says in one line what is wrong with %j", async (flags, message, wanted = 1) => {
  const origins = ["https://shop.example", "shop.example"];
  await writeFile(
    join(directory, "bad.json"),
    JSON.stringify({ applications: [{ id: "shop", clientToken: TOKEN, origins }] }),
  );
  const { code, stderr } = await fails(...flags);
  expect(stderr.startsWith(message), stderr).toBe(true);
  expect(stderr.trimEnd()).not.toContain("\n");
  expect(code).toBe(wanted);
});

test("a store that is away does not keep beacons from being taken", async () => {
  const config = JSON.parse(await readFile(join(directory, "sojourn.json"), "utf8"));
  await writeFile(join(directory, "sojourn.json"), JSON.stringify({ ...config, store: { url: "http://127.0.0.1:9" } }));
  const { url, child } = await start();
  expect(await send(url, 1)).toBe(204);
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  const read = await fetch(`${url}/v1/sessions`);
  expect([read.status, read.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(await end(child, "SIGTERM")).toBe(0);

  await writeFile(join(directory, "sojourn.json"), JSON.stringify(config));
  const second = await start();
  expect(await storedSeqs(second.url, 1)).toEqual([1]);
});

test("its log is JSON where that is asked for", async () => {
  const { child, stdout } = run("--port", "0", "--data", "data", "--config", "sojourn.json", "--log-format", "json");
  while (!stdout().includes("listening")) await once(child.stdout ?? child, "data");
  expect(await end(child, "SIGTERM")).toBe(0);
  const lines = stdout()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.at(-1)).toMatchObject({ level: "info", message: "listening", url: expect.stringMatching(/^http/) });
});

test("told to stop, it says so to its balancer first and goes on taking for a while", async () => {
  const config = JSON.parse(await readFile(join(directory, "sojourn.json"), "utf8"));
  await writeFile(join(directory, "sojourn.json"), JSON.stringify({ ...config, drainSeconds: 1.5 }));
  const { url, child } = await start();
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  while ((await fetch(`${url}/readyz`)).status === 200) await sleep(10);
  expect((await (await fetch(`${url}/readyz`)).json()).error.code).toBe("stopping");
  expect(await send(url, 1)).toBe(204);
  expect(await gone).toEqual([0, null]);
});

test("says only what is asked for", async () => {
  const { child, stdout, stderr } = await start("--log-level", "error");
  expect(await end(child, "SIGTERM")).toBe(0);
  expect([stdout(), stderr()]).toEqual([expect.stringMatching(/^Sojourn listens on \S+\n$/), ""]);
});

test("SIGHUP has the read tokens read again; a configuration that cannot be used changes nothing", async () => {
  const write = (...tokens: string[]) =>
    writeFile(
      join(directory, "sojourn.json"),
      JSON.stringify({ readTokens: tokens.map((token) => ({ token, role: "read" })) }),
    );
  await write("reader-of-may");
  const { url, child, stdout, stderr } = await start();
  const status = async (token: string) =>
    (await fetch(`${url}/v1/sessions`, { headers: { authorization: `Bearer ${token}` } })).status;
  const statuses = () => Promise.all(["reader-of-may", "reader-of-june"].map(status));
  const says = async (text: () => string, part: string) => {
    for (let left = 500; !text().includes(part); left -= 1) {
      if (left === 0) throw new Error(`nobody says ${part}: ${text()}`);
      await sleep(10);
    }
  };
  expect(await statuses()).toEqual([200, 401]);
  await write("reader-of-may", "reader-of-june");
  child.kill("SIGHUP");
  await says(stdout, "read tokens were read again tokens=2");
  expect(await statuses()).toEqual([200, 200]);
  await write("reader-of-june");
  child.kill("SIGHUP");
  await says(stdout, "read tokens were read again tokens=1");
  expect(await statuses()).toEqual([401, 200]);
  await writeFile(join(directory, "sojourn.json"), "{");
  child.kill("SIGHUP");
  await says(stderr, "was not read again");
  expect(await statuses()).toEqual([401, 200]);
});
