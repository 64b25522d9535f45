import { EventEmitter } from "node:events";
import { expect, test, vi } from "vitest";
import { stopSignal } from "./stop-signal.mjs";

function target() {
  const exits = [];
  return Object.assign(new EventEmitter(), { exits, exit: (code) => void exits.push(code), ppid: 100 });
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"])("%s asks to stop, and does not end the process", async (signal) => {
  const process = target();
  const stopped = stopSignal({ underNpm: false, target: process, now: () => 0 });
  process.emit(signal);
  await stopped;
  expect(process.exits).toEqual([]);
});

test("the echo of a signal that npm passes on is not a second wish", () => {
  const process = target();
  let now = 0;
  stopSignal({ underNpm: false, target: process, now: () => now });
  process.emit("SIGINT");
  now = 20;
  process.emit("SIGINT");
  expect(process.exits).toEqual([]);
});

test("asking again ends the process at once", () => {
  const process = target();
  let now = 0;
  stopSignal({ underNpm: false, target: process, now: () => now });
  process.emit("SIGINT");
  now = 1000;
  process.emit("SIGINT");
  expect(process.exits).toEqual([1]);
});

test("under npm the end of the parent asks to stop; without npm a daemon may lose its parent", async () => {
  vi.useFakeTimers();
  try {
    const process = target();
    const said = [];
    stopSignal({ underNpm: true, target: process, now: () => 0 }).then(() => said.push("npm"));
    stopSignal({ underNpm: false, target: process, now: () => 0 }).then(() => said.push("alone"));
    await vi.advanceTimersByTimeAsync(5000);
    expect(said).toEqual([]);
    process.ppid = 1;
    await vi.advanceTimersByTimeAsync(5000);
    expect(said).toEqual(["npm"]);
  } finally {
    vi.useRealTimers();
  }
});
