/** What a terminal, a service manager or a closed window sends. */
const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
/** npm passes Ctrl-C on to a program that the terminal told already; no person presses twice that fast. */
const ECHO_MS = 500;

/**
 * Resolves at the first request to stop. A later one ends the process at once, for whoever will not wait.
 *
 * @param {Pick<NodeJS.Process, "on" | "exit">} [target]
 * @param {() => number} [now] milliseconds
 * @returns {Promise<void>}
 */
export function stopSignal(target = process, now = () => performance.now()) {
  return new Promise((resolve) => {
    let asked = Number.POSITIVE_INFINITY;
    for (const signal of SIGNALS) {
      target.on(signal, () => {
        if (now() - asked > ECHO_MS) target.exit(1);
        asked = Math.min(asked, now());
        resolve();
      });
    }
  });
}
