import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { stopSignal } from "./stop-signal.mjs";

function target() {
  const exits = [];
  return Object.assign(new EventEmitter(), { exits, exit: (code) => void exits.push(code) });
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"])("%s asks to stop, and does not end the process", async (signal) => {
  const process = target();
  const stopped = stopSignal(process, () => 0);
  process.emit(signal);
  await stopped;
  expect(process.exits).toEqual([]);
});

test("the echo of a signal that npm passes on is not a second wish", async () => {
  const process = target();
  let now = 0;
  stopSignal(process, () => now);
  process.emit("SIGINT");
  now = 20;
  process.emit("SIGINT");
  expect(process.exits).toEqual([]);
});

test("asking again ends the process at once", async () => {
  const process = target();
  let now = 0;
  stopSignal(process, () => now);
  process.emit("SIGINT");
  now = 1000;
  process.emit("SIGINT");
  expect(process.exits).toEqual([1]);
});
