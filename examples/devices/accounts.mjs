import { randomBytes, randomInt, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify(scrypt);
const CODE_MS = 600_000;
const TRIES = 5;

/**
 * The accounts of the example, in memory: whoever signs in first under a name sets its password.
 *
 * @returns what proves who a user is, by a password and by a code that is mailed
 */
export function createAccounts() {
  /** @type {Map<string, { salt: Buffer, hash: Buffer }>} */
  const passwords = new Map();
  /** @type {Map<string, { code: string, until: number, tries: number }>} */
  const codes = new Map();

  return {
    /**
     * @param {string} user
     * @param {string} password
     * @returns {Promise<"signup" | "login" | undefined>} undefined when it is the wrong one
     */
    async prove(user, password) {
      const known = passwords.get(user);
      const salt = known?.salt ?? randomBytes(16);
      const hash = /** @type {Buffer} */ (await derive(password, salt, 32));
      if (known) return timingSafeEqual(hash, known.hash) ? "login" : undefined;
      if (passwords.size > 10_000) return undefined;
      passwords.set(user, { salt, hash });
      return "signup";
    },
    /** @param {string} user */
    newCode(user) {
      const code = String(randomInt(1_000_000)).padStart(6, "0");
      codes.set(user, { code, until: Date.now() + CODE_MS, tries: 0 });
      return code;
    },
    /**
     * @param {string} user
     * @param {string} code
     */
    isCode(user, code) {
      const known = codes.get(user);
      if (!known || Date.now() > known.until || known.tries >= TRIES) return false;
      known.tries += 1;
      if (known.code !== code) return false;
      codes.delete(user);
      return true;
    },
  };
}
