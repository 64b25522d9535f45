import { sessionId } from "../fixtures/page.js";
import { expect, type Page, test } from "../fixtures/test.js";

interface Timers {
  /** When those that wait are due, in milliseconds from when they were set. */
  waiting: number[];
  /** How many ran so far. */
  ran: number;
}

/** Counts what the page, the SDK included, is called back for. */
async function observeTimers(tab: Page): Promise<() => Promise<Timers>> {
  await tab.addInitScript(() => {
    const waiting = new Map<number, number>();
    let ran = 0;
    Object.assign(window, { timers: () => ({ waiting: [...waiting.values()], ran }) });
    const begins = ["setTimeout", "setInterval", "requestAnimationFrame", "requestIdleCallback"] as const;
    for (const name of begins) {
      const begin = window[name] as (task: () => void, ms?: number) => number;
      const counted = (task: () => void, ms = 0) => {
        const id = begin(() => {
          waiting.delete(id);
          ran++;
          task();
        }, ms);
        waiting.set(id, ms);
        return id;
      };
      Object.assign(window, { [name]: counted });
    }
    for (const name of ["clearTimeout", "clearInterval", "cancelAnimationFrame", "cancelIdleCallback"] as const) {
      const cancel = window[name] as (id: number) => void;
      const counted = (id: number) => {
        waiting.delete(id);
        cancel(id);
      };
      Object.assign(window, { [name]: counted });
    }
  });
  return () => tab.evaluate(() => (window as unknown as { timers(): Timers }).timers());
}

test("an idle page asks for nothing, and waits for one moment at most", async ({ person, site }) => {
  // The driver moves the time of a whole context: not of the one that other tests have.
  const context = await person.browser.newContext();
  const tab = await context.newPage();
  await tab.clock.install();
  const timers = await observeTimers(tab);
  await tab.goto(`${site.origin}/idle`);
  await sessionId(tab);
  await tab.click("#throw");
  await tab.click("#buy");
  // All is judged and sent.
  await tab.clock.runFor(20_000);
  await tab.evaluate(() => window.sojourn.flush());
  await tab.clock.runFor(5000);

  const { ran } = await timers();
  const asked: string[] = [];
  tab.on("request", (request) => asked.push(request.url()));
  await tab.clock.runFor(10_000);
  expect(asked).toEqual([]);
  const after = await timers();
  expect(after.ran).toBe(ran);
  // The session's end.
  expect(after.waiting.length).toBeLessThanOrEqual(1);
  await context.close();
});
