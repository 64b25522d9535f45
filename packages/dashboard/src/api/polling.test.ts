import { expect, test } from "vitest";
import type { Answer } from "./client.js";
import { startPolling } from "./polling.js";

const good: Answer<string> = { ok: true, value: "x" };
const gone: Answer<string> = { ok: false, problem: { kind: "unreachable", message: "" } };

/** A page, timers and answers in the hands of the test. */
function stage(pause: (answer: Answer<string>) => number | undefined = () => 2000) {
  const listeners = new Set<() => void>();
  const questions: { signal: AbortSignal; answer: (answer: Answer<string>) => Promise<void> }[] = [];
  const answers: Answer<string>[] = [];
  let timer: { run: () => void; ms: number } | undefined;
  const page = {
    visibilityState: "visible" as DocumentVisibilityState,
    addEventListener: (_: string, listener: unknown) => void listeners.add(listener as () => void),
    removeEventListener: (_: string, listener: unknown) => void listeners.delete(listener as () => void),
  };
  const polling = startPolling<string>({
    load: (signal) =>
      new Promise((resolve) => {
        questions.push({
          signal,
          async answer(answer) {
            resolve(answer);
            await Promise.resolve();
            await Promise.resolve();
          },
        });
      }),
    onAnswer: (answer) => answers.push(answer),
    next: pause,
    page: page as unknown as Document,
    setTimer(run, ms) {
      timer = { run, ms };
      return () => {
        timer = undefined;
      };
    },
  });
  return {
    polling,
    questions,
    answers,
    listeners,
    pause: () => timer?.ms,
    answer: (answer: Answer<string>) => questions.at(-1)?.answer(answer),
    fire: () => timer?.run(),
    show(state: DocumentVisibilityState) {
      page.visibilityState = state;
      for (const listener of listeners) listener();
    },
  };
}

test("asks at once, and again after the pause", async () => {
  const s = stage();
  await s.answer(good);
  expect(s.answers).toEqual([good]);
  expect(s.pause()).toBe(2000);
  s.fire();
  expect(s.questions).toHaveLength(2);
});

test("doubles the pause while nothing comes back, up to 30 s, and begins anew after an answer", async () => {
  const s = stage();
  const pauses: (number | undefined)[] = [];
  for (let i = 0; i < 6; i++) {
    await s.answer(gone);
    pauses.push(s.pause());
    s.fire();
  }
  expect(pauses).toEqual([4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  await s.answer(good);
  expect(s.pause()).toBe(2000);
});

test("asks nothing while the page is hidden, and at once when it shows again", async () => {
  const s = stage();
  await s.answer(good);
  s.show("hidden");
  s.fire();
  expect(s.questions).toHaveLength(1);
  s.show("visible");
  expect(s.questions).toHaveLength(2);
});

test("does not hurry when it shows again before its turn", async () => {
  const s = stage();
  await s.answer(good);
  s.show("hidden");
  s.show("visible");
  expect(s.questions).toHaveLength(1);
});

test("waits for a refresh when there is no next turn", async () => {
  const s = stage(() => undefined);
  await s.answer(good);
  expect(s.pause()).toBeUndefined();
  s.polling.refresh();
  expect(s.questions).toHaveLength(2);
});

test("drops the earlier question when it is asked anew", async () => {
  const s = stage();
  s.polling.refresh();
  expect(s.questions[0]?.signal.aborted).toBe(true);
  await s.questions[0]?.answer(gone);
  expect(s.answers).toEqual([]);
  await s.answer(good);
  expect(s.answers).toEqual([good]);
});

test("leaves nothing behind when stopped", async () => {
  const s = stage();
  await s.answer(good);
  s.fire();
  s.polling.stop();
  await s.answer(good);
  expect(s.questions[1]?.signal.aborted).toBe(true);
  expect(s.answers).toHaveLength(1);
  expect(s.listeners.size).toBe(0);
  expect(s.pause()).toBeUndefined();
});
