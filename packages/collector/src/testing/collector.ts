import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Collector, createCollector } from "../collector.js";
import { parseConfig } from "../config/parse.js";
import type { ConfigInput } from "../config/schema.js";
import type { Log } from "../lib/logger.js";
import { beacon, NOON, session } from "./beacons.js";
import { serverFor } from "./server.js";

export const TOKEN = "pub-shop-token";
export const ORIGIN = "https://shop.example";
export const READ_TOKEN = "read-token-1";

/** A directory of its own, removed by `remove`. */
export async function temporaryDirectory(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "collector-test-"));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }) };
}

export interface TestCollector extends Collector {
  data: string;
  /** Sends a body as a page would, by default JSON of what is given. */
  send(body: unknown, more?: { headers?: Record<string, string>; query?: string; peer?: string }): Promise<Response>;
  /** Reads as the holder of a read token. */
  read(path: string): Promise<{ status: number; body: ReadBody }>;
  /** Reads when everything sent so far has arrived: the store takes beacons in their order, and of a block sessions last. */
  readSettled(path: string): Promise<ReadBody>;
  /** Reads until what came back is as wanted, at most 5 s. */
  readUntil(path: string, wanted: (body: ReadBody) => boolean): Promise<ReadBody>;
}

/** Names the session whose arrival tells that everything before it has arrived. */
let markers = 0;

export interface ReadBody {
  items: Record<string, unknown>[];
  next: string | null;
  session: Record<string, unknown>;
  views: Record<string, unknown>[];
  events: Record<string, unknown>[];
  error: { code: string; message: string; field?: string };
}

/** A whole collector on a clock that stands at noon, with the embedded engine unless `CLICKHOUSE_URL` names a server. */
export async function testCollector(config: Partial<ConfigInput> = {}, log?: Log): Promise<TestCollector> {
  const directory = config.data === undefined ? await temporaryDirectory() : undefined;
  const data = config.data ?? directory?.path ?? "";
  const collector = await createCollector(
    parseConfig({
      applications: [{ id: "shop", clientToken: TOKEN, origins: [ORIGIN] }],
      readTokens: [{ token: READ_TOKEN, role: "read" }],
      store: serverFor(data),
      ...config,
      data,
    }),
    { now: () => NOON, log },
  );
  const read = async (path: string) => {
    const request = new Request(`http://collector.test${path}`, { headers: { authorization: `Bearer ${READ_TOKEN}` } });
    const response = await collector.handle(request);
    return { status: response.status, body: (await response.json()) as ReadBody };
  };
  const send: TestCollector["send"] = (
    body,
    { headers = {}, query = `?client_token=${TOKEN}`, peer = "203.0.113.7" } = {},
  ) =>
    collector.handle(
      new Request(`http://collector.test/v1/rum${query}`, {
        method: "POST",
        headers: { origin: ORIGIN, ...headers },
        body:
          body instanceof Uint8Array ? new Uint8Array(body) : typeof body === "string" ? body : JSON.stringify(body),
      }),
      { peer },
    );
  const readUntil: TestCollector["readUntil"] = async (path, wanted) => {
    for (let left = 250; ; left -= 1) {
      const { body } = await read(path);
      if (wanted(body)) return body;
      if (left === 0) throw new Error(`${path} still answers ${JSON.stringify(body)}`);
      await sleep(20);
    }
  };
  return {
    ...collector,
    data,
    read,
    send,
    readUntil,
    async readSettled(path) {
      markers += 1;
      const id = `marker-${markers}`;
      const page = { page_id: id, page_started_at: NOON };
      await send(beacon({ page, sessions: [session({ session_id: id })], events: [] }), { peer: "192.0.2.1" });
      await readUntil(`/v1/sessions/${id}`, ({ session: found }) => found !== undefined);
      return (await read(path)).body;
    },
    async stop() {
      await collector.stop();
      await directory?.remove();
    },
  };
}
