import { appendFile, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryDirectory } from "../testing/collector.js";
import { type LogFiles, openLogFiles } from "./files.js";
import { type DurableLog, isLogFull, openLog } from "./index.js";

const ALL = { records: 1_000, bytes: 1024 * 1024 };
const LARGE = { limitBytes: 1024 ** 3 };

let directory: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ path: directory, remove } = await temporaryDirectory());
});
afterEach(() => remove());

const segments = async () => (await readdir(directory)).filter((name) => name.endsWith(".log")).sort();

/** Everything that is left, consumed as it is read. */
async function drain(log: DurableLog): Promise<{ records: unknown[]; damaged: number }> {
  const records: unknown[] = [];
  let damaged = 0;
  for (;;) {
    const batch = await log.nextBatch(ALL);
    if (!batch) return { records, damaged };
    records.push(...batch.records);
    damaged += batch.damaged;
    await log.consume(batch);
  }
}

test("gives records back in their order, whatever is in them", async () => {
  const log = await openLog(directory, LARGE);
  const records = [{ text: 'quote " back\\slash \n newline 😀 \u0000' }, { n: 1.5, list: [null, true] }, { text: "" }];
  await Promise.all(records.map((record) => log.append(record)));
  expect(await drain(log)).toEqual({ records, damaged: 0 });
  expect(log.pendingBytes).toBe(0);
  await log.close();
});

test("has a record on disk when append resolves", async () => {
  const log = await openLog(directory, LARGE);
  await log.append({ kept: true });
  const [name = ""] = await segments();
  expect(await readFile(join(directory, name), "utf8")).toMatch(/^[0-9a-f]{8} \{"kept":true\}\n$/);
  await log.close();
});

test("writes what comes together together", async () => {
  const log = await openLog(directory, { ...LARGE, segmentBytes: 1 });
  await log.append(0);
  // With a segment for each write, the number of segments is the number of writes.
  await Promise.all(Array.from({ length: 100 }, (_, i) => log.append(i + 1)));
  expect((await segments()).length).toBeLessThanOrEqual(3);
  expect((await drain(log)).records).toEqual(Array.from({ length: 101 }, (_, i) => i));
  await log.close();
});

test("continues after a stop where it was read to", async () => {
  const first = await openLog(directory, LARGE);
  for (const n of [1, 2, 3]) await first.append({ n });
  const batch = await first.nextBatch({ records: 2, bytes: 1024 });
  expect(batch?.records).toEqual([{ n: 1 }, { n: 2 }]);
  if (batch) await first.consume(batch);
  await first.close();

  const second = await openLog(directory, LARGE);
  await second.append({ n: 4 });
  expect((await drain(second)).records).toEqual([{ n: 3 }, { n: 4 }]);
  await second.close();
});

test("gives a batch again until it is consumed, under the same name", async () => {
  const first = await openLog(directory, LARGE);
  await first.append({ n: 1 });
  const before = await first.nextBatch(ALL);
  await first.close();
  const second = await openLog(directory, LARGE);
  const after = await second.nextBatch(ALL);
  expect(after?.records).toEqual([{ n: 1 }]);
  expect(after?.token).toBe(before?.token);
  await second.close();
});

test("drops a torn last line and keeps all before it", async () => {
  const first = await openLog(directory, LARGE);
  await first.append({ n: 1 });
  await first.append({ n: 2 });
  await first.close();
  const [name = ""] = await segments();
  await appendFile(join(directory, name), '1a2b3c4d {"n":');

  const second = await openLog(directory, LARGE);
  await second.append({ n: 3 });
  expect(await drain(second)).toEqual({ records: [{ n: 1 }, { n: 2 }, { n: 3 }], damaged: 1 });
  await second.close();
});

test("leaves out a damaged line and keeps those around it", async () => {
  const first = await openLog(directory, LARGE);
  for (const n of [1, 2, 3]) await first.append({ n, pad: "x".repeat(20) });
  await first.close();
  const [name = ""] = await segments();
  const path = join(directory, name);
  await writeFile(path, (await readFile(path, "utf8")).replace('"n":2', '"n":9'));

  const second = await openLog(directory, LARGE);
  const { records, damaged } = await drain(second);
  expect(records).toMatchObject([{ n: 1 }, { n: 3 }]);
  expect(damaged).toBe(1);
  await second.close();
});

test("starts from the oldest segment when its position is lost", async () => {
  const first = await openLog(directory, LARGE);
  await first.append({ n: 1 });
  await first.close();
  await writeFile(join(directory, "position.json"), "{");
  const second = await openLog(directory, LARGE);
  expect((await drain(second)).records).toEqual([{ n: 1 }]);
  await second.close();
});

test("deletes segments that were consumed", async () => {
  const log = await openLog(directory, { ...LARGE, segmentBytes: 100 });
  for (let n = 0; n < 20; n += 1) await log.append({ n, pad: "x".repeat(60) });
  expect((await segments()).length).toBeGreaterThan(5);
  expect((await drain(log)).records).toHaveLength(20);
  expect((await segments()).length).toBeLessThanOrEqual(1);
  await log.close();
});

test("refuses records beyond its limit, keeps what it has, and takes records again when there is room", async () => {
  const log = await openLog(directory, { limitBytes: 200 });
  const record = { pad: "x".repeat(60) };
  await log.append(record);
  await log.append(record);
  const refused = await log.append(record).catch((error: unknown) => error);
  expect(isLogFull(refused)).toBe(true);
  expect((await drain(log)).records).toHaveLength(2);
  await log.append(record);
  await log.close();
});

test("counts records that are being written against the limit", async () => {
  const log = await openLog(directory, { limitBytes: 200 });
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => log.append({ pad: "x".repeat(60) })));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  await log.close();
});

test("a write that fails refuses its records and not the next ones", async () => {
  const log = await openLog(directory, LARGE);
  await rm(directory, { recursive: true });
  await expect(log.append({ n: 1 })).rejects.toThrow(/ENOENT/);
  await mkdir(directory);
  await log.append({ n: 2 });
  expect((await drain(log)).records).toEqual([{ n: 2 }]);
  await log.close();
});

test("reads a record larger than the batch's bytes", async () => {
  const log = await openLog(directory, LARGE);
  const length = 3 * 1024 * 1024;
  await log.append({ pad: "x".repeat(length) });
  const batch = await log.nextBatch({ records: 10, bytes: 1024 });
  expect(batch?.records.map((record) => (record as { pad: string }).pad.length)).toEqual([length]);
  await log.close();
});

test("tells a waiting reader that something arrived, and lets go of it when told to stop", async () => {
  const log = await openLog(directory, LARGE);
  const stop = new AbortController();
  let arrived = false;
  const waiting = log.arrived(stop.signal).then(() => {
    arrived = true;
  });
  expect(arrived).toBe(false);
  await log.append({ n: 1 });
  await waiting;
  expect(arrived).toBe(true);
  await drain(log);
  const again = log.arrived(stop.signal);
  stop.abort();
  await again;
  await log.close();
});

test("keeps its files to itself", async () => {
  const log = await openLog(directory, LARGE);
  await log.append({ n: 1 });
  const [name = ""] = await segments();
  expect((await stat(join(directory, name))).mode & 0o077).toBe(0);
  await log.close();
});

/** A disk with room for so many bytes of segments; what does not fit is written in part, as a disk does. */
async function smallDisk(path: string, room: number) {
  const files = await openLogFiles(path);
  const disk = { room };
  const noRoom = () => Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  const create: LogFiles["create"] = async (segment) => {
    const handle = await files.create(segment);
    return new Proxy(handle, {
      get(target, name) {
        if (name !== "write") {
          const value = Reflect.get(target, name, target);
          return typeof value === "function" ? value.bind(target) : value;
        }
        return async (buffer: Buffer, offset: number, length: number, position: number) => {
          if (disk.room === 0) throw noRoom();
          const written = await target.write(buffer, offset, Math.min(length, disk.room), position);
          disk.room -= written.bytesWritten;
          return written;
        };
      },
    });
  };
  const writePosition: LogFiles["writePosition"] = async (position) => {
    if (disk.room === 0) throw noRoom();
    await files.writePosition(position);
  };
  return { disk, files: { ...files, create, writePosition } satisfies LogFiles };
}

test("a full disk refuses records and keeps those before; no file grows or comes from what was refused", async () => {
  const { disk, files } = await smallDisk(directory, 250);
  const log = await openLog(directory, { ...LARGE, files });
  const record = (n: number) => ({ n, pad: "x".repeat(80) });
  await log.append(record(1));
  await log.append(record(2));
  for (let n = 3; n < 20; n += 1) {
    const refused = await log.append(record(n)).catch((error: unknown) => error);
    expect([n, isLogFull(refused), log.isFull]).toEqual([n, true, true]);
  }
  const names = await segments();
  expect(names).toHaveLength(1);
  const lines = (await readFile(join(directory, names[0] ?? ""), "utf8")).split("\n");
  expect(lines.map((line) => line.length > 80)).toEqual([true, true, false]);
  expect(lines.at(-1)).toBe("");

  // What is read on a full disk goes on, too; its place cannot be written down.
  expect((await drain(log)).records).toEqual([record(1), record(2)]);
  disk.room = 1000;
  await log.append(record(20));
  expect(log.isFull).toBe(false);
  expect((await drain(log)).records).toEqual([record(20)]);
  await log.close();
});

test("does not stop at empty segments", async () => {
  for (const n of [1, 2, 3]) await writeFile(join(directory, `000000000${n}.log`), "");
  const first = await openLog(directory, LARGE);
  await first.append({ n: 1 });
  expect((await drain(first)).records).toEqual([{ n: 1 }]);
  await first.close();
});

test("a page of zeros in the middle costs the records that it hits, and it is counted", async () => {
  const first = await openLog(directory, LARGE);
  const pad = "x".repeat(80);
  for (let n = 0; n < 100; n += 1) await first.append({ n, pad });
  await first.close();
  const [name = ""] = await segments();
  const path = join(directory, name);
  const bytes = await readFile(path);
  bytes.fill(0, 1000, 3000);
  await writeFile(path, bytes);

  const second = await openLog(directory, LARGE);
  const { records, damaged } = await drain(second);
  const numbers = (records as { n: number }[]).map(({ n }) => n);
  expect(numbers.slice(-60)).toEqual(Array.from({ length: 60 }, (_, i) => i + 40));
  expect(numbers.length).toBeGreaterThan(75);
  expect(damaged).toBeGreaterThan(0);
  await second.close();
});
