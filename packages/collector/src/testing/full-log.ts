import { join } from "node:path";
import { parseConfig } from "../config/parse.js";
import { createIntake } from "../intake/index.js";
import { openLog } from "../log/index.js";
import { NOON } from "./beacons.js";
import { ORIGIN, TOKEN, temporaryDirectory } from "./collector.js";

/** An intake over a log of 64 KiB that nobody empties. */
export async function startWriterless() {
  const { path, remove } = await temporaryDirectory();
  const log = await openLog(join(path, "log"), { limitBytes: 64 * 1024 });
  const config = parseConfig({ applications: [{ id: "shop", clientToken: TOKEN, origins: [ORIGIN] }] });
  const intake = createIntake({ config, log, now: () => NOON });
  return {
    send: (body: unknown) =>
      intake(
        new Request(`http://c.test/v1/rum?client_token=${TOKEN}`, {
          method: "POST",
          headers: { origin: ORIGIN },
          body: JSON.stringify(body),
        }),
        {},
      ),
    async stop() {
      await log.close();
      await remove();
    },
  };
}
