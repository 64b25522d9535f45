import { expect, test } from "vitest";
import { type Log, silentLog } from "../lib/logger.js";
import { beacon, errorEvent, viewEvent } from "../testing/beacons.js";
import { startWriterless } from "../testing/intake.js";
import { createRefusalNotes } from "./refusals.js";

function remember() {
  const said: unknown[][] = [];
  const logger: Log = { ...silentLog, warn: (...args) => said.push(args) };
  return { said, logger };
}

test("an operator hears of what is refused for its form, and nothing of what was in it", async () => {
  const { said, logger } = remember();
  const { send, stop } = await startWriterless({ logger });
  await send(beacon());
  expect(said).toEqual([]);
  const hostile = JSON.parse('{"canary: key":{"__proto__":"canary"}}');
  await send({ ...beacon(), events: [viewEvent(), errorEvent({ context: hostile }), { type: "canary" }] });
  await send({ ...beacon(), page: { page_id: "canary canary" } });
  await stop();
  expect(said).toEqual([
    ["events refused", { application: "shop", count: 2, field: "context", reason: "is a reserved name" }],
    [
      "beacon refused",
      { application: "shop", count: 1, field: "page", reason: "must have letters, digits, - and _ only" },
    ],
  ]);
});

test("of each application and kind once a minute is said", () => {
  let now = 0;
  const { said, logger } = remember();
  const note = createRefusalNotes(logger, () => now);
  for (let n = 0; n < 1000; n++) note("shop", "events", 1, "date: is missing");
  note("shop", "beacon", 1, "v: is missing");
  note("bank", "events", 1, "date: is missing");
  expect(said).toHaveLength(3);
  now = 60_000;
  note("shop", "events", 1, "date: is missing");
  expect(said).toHaveLength(4);
});
