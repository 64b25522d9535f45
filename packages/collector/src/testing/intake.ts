import { join } from "node:path";
import { parseConfig } from "../config/parse.js";
import type { ConfigInput } from "../config/schema.js";
import { createEnricher } from "../enrich/index.js";
import { createIntake } from "../intake/index.js";
import { type Log, silentLog } from "../lib/logger.js";
import { openLog } from "../log/index.js";
import { rowsOf } from "../rows/index.js";
import type { LogRecord } from "../rows/record.js";
import { NOON } from "./beacons.js";
import { ORIGIN, TOKEN, temporaryDirectory } from "./collector.js";

/** An intake over a log that nobody empties, by default one of 64 KiB. */
export async function startWriterless(
  options: {
    limitBytes?: number;
    /** Of the token too; sessions are then without a limit. */
    perAddress?: { rate: number; burst: number };
    perSession?: { rate: number; burst: number };
    logger?: Log;
  } = {},
) {
  const { limitBytes = 64 * 1024, perAddress, logger = silentLog } = options;
  const { path, remove } = await temporaryDirectory();
  const log = await openLog(join(path, "log"), { limitBytes });
  const perSession = options.perSession ?? (perAddress && { rate: 1e9, burst: 1e9 });
  const input: ConfigInput = {
    applications: [{ id: "shop", clientToken: TOKEN, origins: [ORIGIN] }],
    limits: { perAddress, perToken: perAddress, perSession },
  };
  const config = parseConfig(input);
  const now = () => NOON;
  const enrich = await createEnricher(config, logger, now);
  const intake = createIntake({ config, enrich, log, now, logger });
  const sendBytes = (body: Uint8Array | string, peer?: string) =>
    intake(
      new Request(`http://c.test/v1/rum?client_token=${TOKEN}`, {
        method: "POST",
        headers: { origin: ORIGIN },
        body: typeof body === "string" ? body : new Uint8Array(body),
      }),
      { peer },
    );
  return {
    intake,
    sendBytes,
    send: (body: unknown, peer?: string) => sendBytes(JSON.stringify(body), peer),
    /** Everything that was kept, as records, as text, and made into rows. */
    async readBack() {
      let records = 0;
      let damaged = 0;
      let text = "";
      for (;;) {
        const batch = await log.nextBatch({ records: 1000, bytes: 1024 * 1024 });
        if (!batch) return { records, damaged, text };
        records += batch.records.length;
        damaged += batch.damaged;
        text += JSON.stringify(batch.records);
        for (const record of batch.records) text += JSON.stringify([...rowsOf(record as LogRecord)]);
        await log.consume(batch);
      }
    },
    async stop() {
      await log.close();
      await remove();
    },
  };
}
