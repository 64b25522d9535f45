// @ts-check
import { byId } from "./dom.js";

/** The buttons that do what goes wrong on real pages: one thing each. */
export function startLab() {
  const output = byId("lab-output");
  /** @param {string} text */
  const say = (text) => {
    output.textContent = text;
  };

  byId("throw").addEventListener("click", () => {
    say("Thrown: an uncaught TypeError.");
    const order = /** @type {any} */ (undefined);
    order.total.toFixed(2);
  });

  byId("reject").addEventListener("click", () => {
    say("Rejected: a promise that nobody caught.");
    Promise.reject(new RangeError("The coupon SUMMER-25 has expired."));
  });

  byId("fail").addEventListener("click", async () => {
    say("Asking the stock service …");
    const answer = await fetch("/api/fail");
    say(`The stock service answered ${answer.status}.`);
  });

  byId("slow").addEventListener("click", async () => {
    say("Asking for the delivery date …");
    const answer = await fetch("/api/slow");
    say(answer.ok ? "The delivery date took 1.5 s." : `The delivery service answered ${answer.status}.`);
  });

  byId("compute").addEventListener("click", () => {
    const start = performance.now();
    const ways = countPackings(start + 180);
    say(
      `Tried ${ways.toLocaleString()} ways to pack, and blocked the page for ${Math.round(performance.now() - start)} ms.`,
    );
  });
}

/**
 * Tries ways to pack eight objects until the deadline, without ever letting the browser breathe.
 *
 * @param {number} deadline On the clock of `performance.now()`.
 */
function countPackings(deadline) {
  let tried = 0;
  let best = 0;
  while (performance.now() < deadline) {
    for (let subset = 0; subset < 256; subset++) {
      let weight = 0;
      for (let object = 0; object < 8; object++) if (subset & (1 << object)) weight += (object * 37 + tried) % 11;
      if (weight <= 24) best = Math.max(best, weight);
      tried++;
    }
  }
  return tried;
}
