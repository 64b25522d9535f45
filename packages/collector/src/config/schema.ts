import { isCidr } from "@sojourn/client-info";
import { BEACON_LIMITS } from "@sojourn/core/model";
import * as v from "valibot";
import { RETENTION_DAYS } from "../rows/record.js";

const text = (what: string) => v.pipe(v.string(`must be ${what}`), v.nonEmpty(`must be ${what}, not empty`));

/** Public, and so of any length; what keeps strangers out are the origins. */
const clientToken = v.pipe(
  v.string("must be a string"),
  v.regex(/^[\x21-\x7e]{1,256}$/, "must be 1 to 256 printable ASCII characters without spaces"),
);

const token = v.pipe(
  v.string("must be a string"),
  v.regex(/^[\x21-\x7e]{8,256}$/, "must be 8 to 256 printable ASCII characters without spaces"),
);

/** Secret: whoever has it says who users are. */
const serverToken = v.pipe(
  v.string("must be a string"),
  v.regex(/^[\x21-\x7e]{16,256}$/, "must be 16 to 256 printable ASCII characters without spaces"),
);

const WEB = /^(?:https?|wss?|ftp):$/;

const origin = v.pipe(
  v.string("must be a string"),
  v.check(isOrigin, (issue) => notAnOrigin(issue.input)),
);

const rate = v.object({
  /** Beacons a second in the long run. */
  rate: v.pipe(v.number("must be a number"), v.minValue(0.01, "must be at least 0.01")),
  /** Beacons at once. */
  burst: v.pipe(v.number("must be a number"), v.integer("must be a whole number"), v.minValue(1, "must be at least 1")),
});

/** Events, of which a beacon has up to a thousand: a smaller burst would refuse such a one for ever. */
const eventRate = v.object({
  /** Events a second in the long run. */
  rate: v.pipe(v.number("must be a number"), v.minValue(0.01, "must be at least 0.01")),
  /** Events at once. */
  burst: v.pipe(
    v.number("must be a number"),
    v.integer("must be a whole number"),
    v.minValue(BEACON_LIMITS.events, `must be at least ${BEACON_LIMITS.events}`),
  ),
});

const queryLimits = v.strictObject({
  /** What one question to the store may take. */
  seconds: v.optional(
    v.pipe(v.number("must be a number"), v.minValue(0.1, "must be 0.1 to 50"), v.maxValue(50, "must be 0.1 to 50")),
    30,
  ),
  memoryBytes: v.optional(
    v.pipe(v.number("must be a number"), v.integer("must be a whole number"), v.minValue(1, "must be at least 1")),
    1024 ** 3,
  ),
  /** Questions at a time. */
  atOnce: v.optional(
    v.pipe(
      v.number("must be a number"),
      v.integer("must be a whole number"),
      v.minValue(1, "must be 1 to 64"),
      v.maxValue(64, "must be 1 to 64"),
    ),
    4,
  ),
});

const application = v.strictObject({
  id: v.pipe(
    v.string("must be a string"),
    v.regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, - and _"),
  ),
  clientToken: v.union(
    [clientToken, v.tuple([clientToken, clientToken])],
    "must be a token, or two tokens during rotation",
  ),
  origins: v.array(origin, "must be a list of origins"),
  serverToken: v.optional(
    v.union([serverToken, v.tuple([serverToken, serverToken])], "must be a token, or two tokens during rotation"),
  ),
  sampleRate: v.optional(
    v.pipe(
      v.number("must be a number"),
      v.minValue(0, "must be a percentage, 0 to 100"),
      v.maxValue(100, "must be a percentage, 0 to 100"),
    ),
  ),
  retentionDays: v.optional(
    v.pipe(
      v.number("must be a number"),
      v.integer("must be a whole number"),
      v.minValue(1, "must be 1 to 3650 days"),
      v.maxValue(3650, "must be 1 to 3650 days"),
    ),
    RETENTION_DAYS,
  ),
});

const storeUrl = v.pipe(
  v.string("must be an http or https URL such as https://clickhouse:8443"),
  v.check(isHttpUrl, "must be an http or https URL such as https://clickhouse:8443"),
);

const proxyCount = v.pipe(
  v.number("must be a number"),
  v.integer("must be a whole number"),
  v.minValue(0, "must be 0 to 10"),
  v.maxValue(10, "must be 0 to 10"),
);
const proxies = v.array(
  v.pipe(
    v.string("must be a string"),
    v.check(
      isCidr,
      (issue) =>
        `must be an address, a CIDR such as 10.0.0.0/8, loopback, linklocal or uniquelocal; got ${JSON.stringify(issue.input)}`,
    ),
  ),
  "must be a list of addresses and CIDRs, or how many proxies there are",
);

export const configSchema = v.strictObject({
  port: v.optional(
    v.pipe(
      v.number("must be a number"),
      v.integer("must be a whole number"),
      v.minValue(0, "must be 0 to 65535"),
      v.maxValue(65535, "must be 0 to 65535"),
    ),
    8650,
  ),
  host: v.optional(text("a host name or address"), "127.0.0.1"),
  data: v.optional(text("a directory"), "./data"),
  applications: v.optional(v.array(application, "must be a list of applications"), []),
  store: v.optional(
    v.strictObject({
      url: v.union(
        [
          storeUrl,
          v.pipe(
            v.array(storeUrl),
            v.minLength(1, "must name a server"),
            v.maxLength(64, "must be at most 64 servers"),
          ),
        ],
        "must be an http or https URL such as https://clickhouse:8443, or a list of them",
      ),
      /** As `system.clusters` names it. */
      cluster: v.optional(
        v.pipe(
          v.string("must be a string"),
          v.regex(/^[A-Za-z_][\w-]{0,63}$/, "must be a name of letters, digits, - and _"),
        ),
      ),
      username: v.optional(v.string("must be a string")),
      password: v.optional(v.string("must be a string")),
      database: v.optional(
        v.pipe(v.string("must be a string"), v.regex(/^[A-Za-z_]\w{0,63}$/, "must be a name of letters, digits and _")),
      ),
    }),
  ),
  openReads: v.optional(v.boolean("must be true or false"), false),
  readTokens: v.optional(
    v.array(
      v.strictObject({ token, role: v.optional(v.picklist(["read", "admin"], 'must be "read" or "admin"'), "read") }),
      "must be a list of {token, role}",
    ),
    [],
  ),
  trustedProxies: v.optional(
    v.lazy((given) => (typeof given === "number" ? proxyCount : proxies)),
    [],
  ),
  addressHeader: v.optional(
    v.pipe(
      v.string("must be a string"),
      v.regex(/^[A-Za-z0-9-]{1,64}$/, "must be the name of a header, such as cf-connecting-ip"),
    ),
  ),
  address: v.optional(
    v.picklist(["truncate", "full", "hmac", "none"], 'must be "truncate", "full", "hmac" or "none"'),
    "truncate",
  ),
  addressKey: v.optional(v.pipe(v.string("must be a string"), v.minLength(16, "must have at least 16 characters"))),
  addressRotation: v.optional(
    v.picklist(["daily", "monthly", "never"], 'must be "daily", "monthly" or "never"'),
    "daily",
  ),
  geo: v.optional(v.strictObject({ database: text("the path of an mmdb file") })),
  apps: v.optional(
    v.array(
      v.strictObject({
        name: v.pipe(
          v.string("must be a string"),
          v.regex(/^[\x20-\x7e]{1,64}$/, "must be 1 to 64 printable ASCII characters"),
        ),
        grammar: v.picklist(["semicolon", "product"], 'must be "semicolon" or "product"'),
      }),
      "must be a list of {name, grammar}",
    ),
    [],
  ),
  limits: v.optional(
    v.strictObject({
      perToken: v.optional(rate, { rate: 2000, burst: 10_000 }),
      perAddress: v.optional(rate, { rate: 50, burst: 500 }),
      perSession: v.optional(eventRate, { rate: 100, burst: 5000 }),
      connections: v.optional(
        v.pipe(
          v.number("must be a number"),
          v.integer("must be a whole number"),
          v.minValue(10, "must be 10 to 100000"),
          v.maxValue(100_000, "must be 10 to 100000"),
        ),
        10_000,
      ),
      query: v.optional(queryLimits, {}),
    }),
    {},
  ),
  drainSeconds: v.optional(
    v.pipe(v.number("must be a number"), v.minValue(0, "must be 0 to 600"), v.maxValue(600, "must be 0 to 600")),
    0,
  ),
  logLimitBytes: v.optional(
    v.pipe(
      v.number("must be a number"),
      v.integer("must be a whole number"),
      v.minValue(1_048_576, "must be at least 1048576"),
    ),
    1024 ** 3,
  ),
});

/** Configuration as it may be written; see the README for keys and defaults. */
export type ConfigInput = v.InferInput<typeof configSchema>;
/** Configuration with every default filled in. */
export type Config = v.InferOutput<typeof configSchema>;
export type ApplicationConfig = Config["applications"][number];

function isOrigin(value: string): boolean {
  if (value === "*" || value === "null") return true;
  try {
    const { origin, protocol } = new URL(value);
    if (WEB.test(protocol)) return origin === value.toLowerCase();
    // Of what an application packs into itself, such as `capacitor://localhost`; browsers send it, URL has no origin for it.
    return /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9._~-]+(?::\d{1,5})?$/i.test(value);
  } catch {
    return false;
  }
}

/** Browsers name a host in Punycode and without its default port: what would never match is better said at the start. */
function notAnOrigin(value: unknown): string {
  const said = `must be an origin such as "https://shop.example", or "*"; got ${JSON.stringify(value)}`;
  if (typeof value !== "string" || !URL.canParse(value)) return said;
  const { origin, protocol } = new URL(value);
  return WEB.test(protocol) ? `${said}, whose origin is ${JSON.stringify(origin)}` : said;
}

function isHttpUrl(value: string): boolean {
  try {
    return /^https?:$/.test(new URL(value).protocol);
  } catch {
    return false;
  }
}
