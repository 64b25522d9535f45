import { access, constants, mkdir, stat } from "node:fs/promises";
import { createServer } from "node:net";

/** Not an address of this machine: it has no IPv6, and nobody else can listen there either. */
const NO_SUCH_ADDRESS = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT"]);

/**
 * Throws one clear line when the port cannot be had. Looks at both loopback addresses, since a stranger on `::1`
 * would answer for `http://localhost`.
 *
 * @param {number} port
 */
export async function checkPort(port) {
  for (const host of ["127.0.0.1", "::1"]) {
    const code = await tryToListen(port, host);
    if (code === "EADDRINUSE")
      throw new Error(
        `port ${port} is taken on ${host}; stop what listens there, or give another: npm start -- --port ${port + 1}`,
      );
    if (code === "EACCES")
      throw new Error(
        `port ${port} needs more rights than this user has; give one above 1023: npm start -- --port 8650`,
      );
    if (code && !NO_SUCH_ADDRESS.has(code)) throw new Error(`cannot listen on ${host}:${port} (${code})`);
  }
}

/**
 * @param {number} port
 * @param {string} host
 * @returns {Promise<string | undefined>} the code of the failure
 */
function tryToListen(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve("code" in error ? String(error.code) : error.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/**
 * Makes the folder when it is missing; throws one clear line when it cannot be written to.
 *
 * @param {string} folder absolute path
 */
export async function checkFolder(folder) {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : error;
    throw new Error(`cannot write to the data folder ${folder} (${code}); give another: npm start -- --data <folder>`);
  }
  // A file in the folder's place passes the two calls above on some systems.
  if (!(await stat(folder)).isDirectory())
    throw new Error(`the data folder ${folder} is not a folder; give another: npm start -- --data <folder>`);
}
