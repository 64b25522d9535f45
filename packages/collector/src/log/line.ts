import { crc32 } from "node:zlib";

/** A record as one line of the log: `crc32 in hex, space, JSON, newline`. */
export function encodeLine(record: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(record), "utf8");
  return Buffer.concat([Buffer.from(`${checksum(json)} `, "latin1"), json, NEWLINE]);
}

/** What a line holds, without its newline; undefined when it is torn or damaged. */
export function decodeLine(line: Buffer): unknown {
  if (line.length < 10 || line[8] !== 0x20) return undefined;
  const json = line.subarray(9);
  if (line.toString("latin1", 0, 8) !== checksum(json)) return undefined;
  return JSON.parse(json.toString("utf8"));
}

const NEWLINE = Buffer.from("\n");

function checksum(bytes: Buffer): string {
  return crc32(bytes).toString(16).padStart(8, "0");
}
