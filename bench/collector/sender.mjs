import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { beaconBody } from "./beacon.mjs";

/**
 * Sends beacons over a few kept connections, as a load balancer would.
 *
 * @param {string} intake URL with its token
 */
export function createSender(intake) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  let session = "";

  /** @returns {Promise<number>} ms until the answer; throws for an answer that is not 204 */
  const send = () =>
    new Promise((resolve, reject) => {
      session = randomUUID();
      const body = beaconBody(Date.now(), session);
      const began = performance.now();
      const headers = { "content-type": "text/plain", "content-length": Buffer.byteLength(body) };
      const sent = request(intake, { method: "POST", agent, headers }, (response) => {
        response.resume();
        response.once("end", () => {
          if (response.statusCode === 204) resolve(performance.now() - began);
          else reject(new Error(`the collector answered ${response.statusCode}`));
        });
      });
      sent.once("error", reject);
      sent.end(body);
    });

  return {
    /**
     * As many beacons as the collector answers, so many at a time.
     *
     * @param {{ ms: number, atOnce: number }} load
     * @returns {Promise<number>} beacons acknowledged a second
     */
    async flood({ ms, atOnce }) {
      const began = performance.now();
      let acknowledged = 0;
      const worker = async () => {
        while (performance.now() - began < ms) {
          await send();
          acknowledged += 1;
        }
      };
      await Promise.all(Array.from({ length: atOnce }, worker));
      return acknowledged / ((performance.now() - began) / 1000);
    },

    /**
     * Beacons at a fixed rate, whether or not the earlier ones were answered: a slow answer delays no other, and is
     * not hidden by one that was never asked for.
     *
     * @param {{ ms: number, perSecond: number }} load
     * @returns {Promise<number[]>} ms until each answer
     */
    async pace({ ms, perSecond }) {
      const began = performance.now();
      const total = Math.floor((ms / 1000) * perSecond);
      /** @type {Promise<number>[]} */
      const answers = [];
      while (answers.length < total) {
        const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * perSecond));
        while (answers.length < due) answers.push(send());
        await wait(1);
      }
      return Promise.all(answers);
    },

    /** Id of the session that was sent last. */
    lastSession: () => session,

    stop: () => agent.destroy(),
  };
}
