import { readFile, stat } from "node:fs/promises";
import { Reader, type Response } from "mmdb-lib";
import type { Log } from "../lib/logger.js";

export interface CountryOptions {
  log: Log;
  /** Epoch ms. */
  now: () => number;
}

/** How often it is looked whether the file is another one: such databases come anew every week or month. */
const LOOK_MS = 60_000;

/**
 * Countries of addresses out of a file in MaxMind's format. When the file is replaced, the new one is read; when that cannot be
 * read, the one before goes on.
 *
 * @returns for an address the ISO 3166-1 code in two letters; empty where it has none.
 * @throws Error naming `geo.database` when there is no such file, or it is of another format.
 */
export async function openCountries(path: string, { log, now }: CountryOptions): Promise<(address: string) => string> {
  let [reader, version] = await read(path).catch((error: Error) => {
    throw new Error(`geo.database: ${path} cannot be used: ${error.message}`);
  });
  let looked = now();
  let isReading = false;

  async function lookAgain(): Promise<void> {
    isReading = true;
    try {
      if ((await versionOf(path)) === version) return;
      [reader, version] = await read(path);
      log.info("read the countries again", {});
    } catch (error) {
      log.warn("the countries cannot be read again", { error: error instanceof Error ? error.message : "" });
    } finally {
      isReading = false;
    }
  }

  return (address) => {
    if (now() - looked >= LOOK_MS && !isReading) {
      looked = now();
      void lookAgain();
    }
    try {
      return address === "" ? "" : codeOf(reader.get(address));
    } catch {
      return "";
    }
  };
}

async function read(path: string): Promise<[Reader<Response>, string]> {
  const version = await versionOf(path);
  return [new Reader<Response>(await readFile(path)), version];
}

async function versionOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path);
  return `${mtimeMs}/${size}/${ino}`;
}

/** Databases of countries have it in either place. */
function codeOf(found: unknown): string {
  const record = found as { country?: { iso_code?: unknown }; country_code?: unknown } | null;
  const code = record?.country?.iso_code ?? record?.country_code;
  return typeof code === "string" && /^[A-Z]{2}$/.test(code) ? code : "";
}
