/**
 * Runs a command and turns whatever it throws into one line on stderr and exit code 1.
 * `DEBUG=1` in the environment adds the stack.
 *
 * @param {() => Promise<void>} command
 */
export async function main(command) {
  try {
    await command();
  } catch (error) {
    process.stderr.write(`sojourn: ${explain(error)}\n`);
    process.exitCode = 1;
  }
}

/**
 * One line for people; with DEBUG the whole stack.
 *
 * @param {unknown} error
 * @param {string | undefined} debug
 */
export function explain(error, debug = process.env.DEBUG) {
  if (!(error instanceof Error)) return oneLine(String(error));
  return debug ? (error.stack ?? error.message) : oneLine(error.message || error.name);
}

/** @param {string} text */
function oneLine(text) {
  return text.split("\n")[0] ?? "";
}
