/** Longest `Cookie` header that is read, in characters. */
const LONGEST = 16_384;

export interface CookieOptions {
  /** @default "__Host-session" */
  readonly session?: string;
  /** @default "__Host-device" */
  readonly device?: string;
  /** Of an impersonation, beside the actor's own. @default "__Host-acting" */
  readonly acting?: string;
  /** `None` for pages that others embed; a token is then asked of every change. @default "Lax" */
  readonly sameSite?: "Strict" | "Lax" | "None";
  /** For development over plain http where no browser takes `Secure`: names lose their `__Host-`. @default false */
  readonly insecure?: boolean;
}

export interface Cookies {
  readonly session: string;
  readonly device: string;
  readonly acting: string;
  readonly sameSite: "Strict" | "Lax" | "None";
  readonly secure: boolean;
}

const NAME = /^[!#$%&'*+.^_`|~\w-]{1,64}$/;

/** @throws TypeError naming the option */
export function cookiesOf(options: CookieOptions = {}): Cookies {
  const { sameSite = "Lax", insecure = false } = options;
  if (insecure && sameSite === "None")
    throw new TypeError("cookies.sameSite None needs Secure, which insecure leaves out");
  const prefix = insecure ? "" : "__Host-";
  const named = (option: "session" | "device" | "acting") => {
    const name = options[option] ?? `${prefix}${option}`;
    if (!NAME.test(name)) throw new TypeError(`cookies.${option} is no name of a cookie: ${name}`);
    if (!insecure && !name.startsWith("__Host-"))
      throw new TypeError(
        `cookies.${option} must start with __Host-, so that no other host can set it: ${name} was given`,
      );
    return name;
  };
  return { session: named("session"), device: named("device"), acting: named("acting"), sameSite, secure: !insecure };
}

/** The value of a cookie in a `Cookie` header; of several with one name the first, which is the most specific. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined || header.length > LONGEST) return undefined;
  for (const part of header.split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** A `Set-Cookie` header of a cookie that only this host and no script reads. 0 seconds remove it. */
export function writeCookie(name: string, value: string, maxAge: number, { sameSite, secure }: Cookies): string {
  return `${name}=${value}; Path=/; Max-Age=${Math.max(0, Math.floor(maxAge))}; HttpOnly; SameSite=${sameSite}${secure ? "; Secure" : ""}`;
}
