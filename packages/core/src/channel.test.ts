import { expect, test, vi } from "vitest";
import { createChannel } from "./channel.js";

test("a listener that throws starves nobody", () => {
  const report = vi.fn<(error: unknown) => void>();
  const channel = createChannel<number>(report);
  const seen: number[] = [];
  channel.on(() => {
    throw new Error("broken");
  });
  channel.on((value) => seen.push(value));
  channel.emit(1);
  expect(seen).toEqual([1]);
  expect(report).toHaveBeenCalledTimes(1);
});

test("a listener can leave while values are announced", () => {
  const channel = createChannel<number>(vi.fn<(error: unknown) => void>());
  const seen: number[] = [];
  const stop = channel.on((value) => {
    seen.push(value);
    stop();
  });
  channel.on((value) => seen.push(value * 10));
  channel.emit(1);
  channel.emit(2);
  expect(seen).toEqual([1, 10, 20]);
});
