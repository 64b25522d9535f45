/** What a terminal, a service manager or a closed window sends. */
const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
/** npm passes Ctrl-C on to a program that the terminal told already; no person presses twice that fast. */
const ECHO_MS = 500;
const PARENT_CHECK_MS = 500;

/**
 * @typedef {object} Target what of `process` is used
 * @property {(signal: NodeJS.Signals, listener: () => void) => unknown} on
 * @property {(code: number) => void} exit
 * @property {number} ppid
 */

/**
 * Resolves at the first request to stop. A later one ends the process at once, for whoever will not wait.
 *
 * Under npm the end of the parent is such a request too: npm passes a SIGTERM to the shell it started us with, which
 * dies of it without a word to us.
 *
 * @param {{ underNpm: boolean, target?: Target, now?: () => number }} options `now` in milliseconds
 * @returns {Promise<void>}
 */
export function stopSignal({ underNpm, target = process, now = () => performance.now() }) {
  return new Promise((resolve) => {
    let asked = Number.POSITIVE_INFINITY;
    const parent = target.ppid;
    const watch = underNpm ? setInterval(() => target.ppid !== parent && stop(), PARENT_CHECK_MS) : undefined;
    watch?.unref();

    function stop() {
      clearInterval(watch);
      asked = Math.min(asked, now());
      resolve();
    }
    for (const signal of SIGNALS) {
      target.on(signal, () => {
        if (now() - asked > ECHO_MS) target.exit(1);
        stop();
      });
    }
  });
}
