import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { COMMANDS } from "../commands/index.js";
import { runCommand } from "../commands/run.js";
import { type HttpServer, serve } from "../http/serve.js";
import { silentLog } from "../lib/logger.js";
import { at, beacon, errorEvent, session } from "../testing/beacons.js";
import { type TestCollector, temporaryDirectory, testCollector } from "../testing/collector.js";
import { isFileOf, readSourceMap } from "./map.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const SOURCE = `// A shop.
interface Order { total: number }

export function totalOf(order: Order | undefined): number {
  const known = order;
  return known!.total * 2;
}

globalThis.checkout = () => totalOf(undefined);
`;
/** Where the source above reads from nothing. */
const LINE = 6;

let collector: TestCollector;
let server: HttpServer;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let dist = "";
let thrown: Error;

beforeAll(async () => {
  directory = await temporaryDirectory();
  collector = await testCollector({
    readTokens: [
      { token: "read-token-1", role: "read" },
      { token: "admin-token-1", role: "admin" },
    ],
  });
  server = await serve((request, context) => collector.handle(request, context), {
    host: "127.0.0.1",
    port: 0,
    log: silentLog,
  });
  dist = join(directory.path, "dist");
  await mkdir(join(directory.path, "src"));
  await writeFile(join(directory.path, "src", "shop.ts"), SOURCE);
  await build({
    entryPoints: [join(directory.path, "src", "shop.ts")],
    outfile: join(dist, "assets", "shop.js"),
    bundle: true,
    minify: true,
    format: "iife",
    sourcemap: true,
    logLevel: "silent",
  });
  // The bundle really runs, and really throws.
  const built = await readFile(join(dist, "assets", "shop.js"), "utf8");
  const page = globalThis as unknown as { checkout(): unknown };
  new Function(`${built}\n//# sourceURL=https://shop.example/assets/shop.js`)();
  try {
    page.checkout();
    throw new Error("nothing was thrown");
  } catch (error) {
    thrown = error as Error;
  }
});
afterAll(async () => {
  await server.stop();
  await collector.stop();
  await directory.remove();
});

async function sourcemaps(...args: string[]) {
  const said = { out: "", err: "" };
  const command = COMMANDS.sourcemaps;
  if (!command) throw new Error("there is no such command");
  const code = await runCommand("sourcemaps", command, ["upload", ...args], {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    data: async () => {},
    now: Date.now,
  });
  return { code, ...said };
}

const upload = (more: string[] = [], folder = dist) =>
  sourcemaps(folder, "--url", server.url, "--application", "shop", "--token", "admin-token-1", ...more);

async function put(query: string, body: Uint8Array | string, token = "admin-token-1") {
  const request = new Request(`http://c.test/v1/sourcemaps?${query}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}` },
    body: typeof body === "string" ? body : new Uint8Array(body),
  });
  const response = await collector.handle(request);
  return { status: response.status, body: (await response.json()) as { error?: { field?: string; code: string } } };
}
const KEY = "application_id=shop&release=9&file=a.js";
const map = (more: object = {}) =>
  JSON.stringify({ version: 3, sources: ["a.ts"], names: [], mappings: "AAAA", ...more });

let errors = 0;
/** Sends an error, and reads it as somebody looking at its group would. */
async function seen(stack: string, more: { version?: string; debugIds?: object[] } = {}) {
  errors += 1;
  const group = `group-${errors}`;
  const event = errorEvent({
    error_stack: stack,
    error_fingerprint: group,
    ...(more.debugIds && { error_debug_ids: more.debugIds }),
  } as never);
  const page = { page_id: `page-${errors}`, page_started_at: at(-60_000), version: more.version ?? "1.0" };
  await collector.send(beacon({ page, sessions: [session({ session_id: `s-${errors}` })], events: [event] }));
  await collector.readSettled("/v1/sessions");
  const { body } = await collector.read(`/v1/errors/${group}`);
  const [example] = (body as unknown as { examples: { error_frames: { source?: Record<string, unknown> }[] }[] })
    .examples;
  return example?.error_frames ?? [];
}

test("an error of a minified file is shown with its sources, in the words of each engine", async () => {
  const { code, out } = await upload(["--release", "1.0"]);
  expect({ code, out }).toEqual({ code: 0, out: "assets/shop.js\nSent 1 maps of 1.0.\n" });

  // A function's text begins two lines below that of the file it was made of.
  const [, line = "", column = ""] = /shop\.js:(\d+):(\d+)/.exec(thrown.stack ?? "") ?? [];
  const own = `https://shop.example/assets/shop.js:${Number(line) - 2}:${column}`;
  const calls = [...(thrown.stack ?? "").matchAll(/shop\.js:(\d+):(\d+)/g)];
  const outer = `https://shop.example/assets/shop.js:${Number(calls[1]?.[1]) - 2}:${calls[1]?.[2]}`;
  const v8 = await seen(`TypeError: undefined is no order\n    at a (${own})\n    at b (${outer})`);
  const gecko = await seen(`a@${own}\n@https://shop.example/index.html:3:1`);
  for (const frames of [v8, gecko]) {
    expect(frames[0]).toMatchObject({ function: "a", file: "https://shop.example/assets/shop.js" });
    expect(frames[0]?.source).toMatchObject({ file: expect.stringMatching(/src\/shop\.ts$/), line: LINE });
    expect(frames[0]?.source?.context).toMatchObject({ first: 1 });
    expect(JSON.stringify(frames[0]?.source?.context)).toContain('"  return known!.total * 2;"');
  }
  // A function has its name from where it was called.
  expect(v8[0]?.source).toMatchObject({ function: "totalOf" });
  expect(v8[1]?.source).toMatchObject({ line: 9 });
  expect(v8[1]?.source).not.toHaveProperty("function");
  expect(gecko[0]?.source).not.toHaveProperty("function");
  expect(gecko[1]).not.toHaveProperty("source");
});

test("the calls of errors in a session are shown with their sources, too, and other events are as they were", async () => {
  const { body } = await collector.read("/v1/sessions/s-1");
  const error = body.events.find(({ type }) => type === "error");
  expect(error?.error_frames).toMatchObject([
    { function: "a", source: { line: LINE, function: "totalOf" } },
    { function: "b", source: { line: 9 } },
  ]);
});

test("a map of another release is not taken, one with the file's debug id is", async () => {
  const stack = "Error\n    at https://shop.example/assets/shop.js:1:40";
  expect((await seen(stack, { version: "2.0" }))[0]).not.toHaveProperty("source");
  const content = await readFile(join(dist, "assets", "shop.js.map"), "utf8");
  const folder = join(directory.path, "with-ids");
  await mkdir(folder);
  await writeFile(join(folder, "main.js.map"), content);
  await writeFile(join(folder, "main.js"), "0\n//# debugId=85314830-023f-4cf1-a267-535f4e37bb17\n");
  expect((await upload([], folder)).out).toContain("main.js (85314830-023f-4cf1-a267-535f4e37bb17)");
  const debugIds = [{ url: "https://shop.example/assets/shop.js", id: "85314830-023f-4cf1-a267-535f4e37bb17" }];
  expect((await seen(stack, { version: "3.0", debugIds }))[0]).toHaveProperty("source");
});

test("the command says what is missing, and sends nothing when it only looks", async () => {
  await expect(sourcemaps(dist)).rejects.toThrow("--application: must be the id");
  await expect(upload([])).rejects.toThrow("--release: must be given: assets/shop.js has no debug id");
  await expect(upload(["--release", "1"], join(directory.path, "src"))).rejects.toThrow("there is no .map file");
  await expect(upload(["--release", "1", "--token", "read-token-1"])).rejects.toThrow(/answered 403: .*admin/);
  await expect(
    sourcemaps(dist, "--application", "nobody", "--url", server.url, "--token", "admin-token-1", "--release", "1"),
  ).rejects.toThrow(/answered 400: .*no application nobody/);
  expect((await upload(["--release", "7.0", "--dry-run"])).out).toContain("There are 1 maps of 7.0");
  expect(
    (await seen("Error\n    at https://shop.example/assets/shop.js:1:40", { version: "7.0" }))[0],
  ).not.toHaveProperty("source");
});

test.each<[what: string, query: string, body: Uint8Array | string, status: number, field: string | undefined]>([
  [
    "an index map",
    KEY,
    JSON.stringify({ version: 3, sections: [{ offset: { line: 0, column: 0 }, map: JSON.parse(map()) }] }),
    201,
    undefined,
  ],
  ["gzip", KEY, gzipSync(map()), 201, undefined],
  ["no JSON", KEY, "{", 400, "body"],
  ["another version", KEY, map({ version: 2 }), 400, "body"],
  ["mappings that are none", KEY, map({ mappings: 5 }), 400, "body"],
  ["broken gzip", KEY, gzipSync(map()).subarray(0, 20), 400, "body"],
  ["a bomb", KEY, gzipSync(Buffer.alloc(65 * 1024 * 1024, 32)), 413, "body"],
  ["too much", KEY, Buffer.alloc(16 * 1024 * 1024 + 1, 32), 413, "body"],
  [
    "an index map in an index map, and so on",
    KEY,
    `${'{"version":3,"sections":[{"offset":{"line":0,"column":0},"map":'.repeat(20_000)}${map()}${"}]}".repeat(20_000)}`,
    400,
    "body",
  ],
  ["a way out", "application_id=shop&release=9&file=../../etc/passwd", map(), 400, "file"],
  ["no file", "application_id=shop&release=9", map(), 400, "file"],
  ["neither release nor debug id", "application_id=shop&file=a.js", map(), 400, "release"],
  ["something else", `${KEY}&colour=red`, map(), 400, "colour"],
])("answers an upload of %s", async (_, query, body, status, field) => {
  const answer = await put(query, body);
  expect([answer.status, answer.body.error?.field]).toEqual([status, field]);
});

test("only admins may send maps", async () => {
  expect((await put(KEY, map(), "read-token-1")).status).toBe(403);
  expect((await put(KEY, map(), "somebody")).status).toBe(401);
});

test("names out of a map are texts, whatever they are", () => {
  const hostile = readSourceMap(
    map({ sources: ["__proto__", "../../../etc/passwd"], sourcesContent: ["a".repeat(10_000)], mappings: "AAAA,CCAA" }),
  );
  const found = hostile.find({ line: 1, column: 1 });
  expect(found?.place.file).toBe("__proto__");
  expect(found?.place.context?.lines[0]).toHaveLength(200);
  expect(hostile.find({ line: 0, column: 1 })).toBeUndefined();
  expect(hostile.find({ line: 2 ** 31, column: 1 })).toBeUndefined();
  expect(hostile.find({})).toBeUndefined();
});

test("a file is one's own by the end of its path, in whole parts", () => {
  expect(isFileOf("https://cdn.example/v2/assets/app.js?x=1#y", "assets/app.js")).toBe(true);
  expect(isFileOf("https://cdn.example/my-app.js", "app.js")).toBe(false);
  expect(isFileOf("app.js", "app.js")).toBe(true);
});
