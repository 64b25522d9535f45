import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing/collector.js";
import { loadConfig } from "./load.js";
import { isConfigError, parseConfig } from "./parse.js";

const shop = { id: "shop", clientToken: "pub-12345678", origins: ["https://shop.example"] };

function problem(input: unknown): string {
  try {
    parseConfig(input);
    return "none";
  } catch (error) {
    return isConfigError(error) ? error.message : `not a ConfigError: ${error}`;
  }
}

test("has a default for everything", () => {
  expect(parseConfig({})).toEqual({
    port: 8650,
    host: "127.0.0.1",
    data: "./data",
    applications: [],
    openReads: false,
    readTokens: [],
    trustedProxies: [],
    address: "truncate",
    addressRotation: "daily",
    apps: [],
    limits: {
      perToken: { rate: 2000, burst: 10_000 },
      perAddress: { rate: 50, burst: 500 },
      perSession: { rate: 100, burst: 5000 },
      connections: 10_000,
      query: { seconds: 30, memoryBytes: 1024 ** 3, atOnce: 4 },
    },
    drainSeconds: 0,
    logLimitBytes: 1024 ** 3,
  });
});

test("takes one token, two during rotation, and any origin by a star", () => {
  expect(problem({ applications: [shop] })).toBe("none");
  expect(problem({ applications: [{ ...shop, clientToken: ["pub-12345678", "pub-87654321"], origins: ["*"] }] })).toBe(
    "none",
  );
});

test.each([
  [{ port: 99999 }, "port: must be 0 to 65535"],
  [{ drainSeconds: -1 }, "drainSeconds: must be 0 to 600"],
  [{ drainSeconds: "5" }, "drainSeconds: must be a number"],
  [{ prot: 1 }, "prot: is not a known key"],
  [
    { applications: [{ ...shop, origins: ["https://shop.example", "shop.example/x"] }] },
    'applications[0].origins[1]: must be an origin such as "https://shop.example", or "*"; got "shop.example/x"',
  ],
  [
    { applications: [{ ...shop, origins: ["https://shop.example/"] }] },
    'applications[0].origins[0]: must be an origin such as "https://shop.example", or "*"; got "https://shop.example/", whose origin is "https://shop.example"',
  ],
  [
    { applications: [{ ...shop, origins: ["https://bücher.example:443"] }] },
    'applications[0].origins[0]: must be an origin such as "https://shop.example", or "*"; got "https://bücher.example:443", whose origin is "https://xn--bcher-kva.example"',
  ],
  [
    { applications: [{ ...shop, origins: ["javascript:alert(1)"] }] },
    'applications[0].origins[0]: must be an origin such as "https://shop.example", or "*"; got "javascript:alert(1)"',
  ],
  [{ limits: { perSession: { rate: 1, burst: 999 } } }, "limits.perSession.burst: must be at least 1000"],
  [{ limits: { connections: 1 } }, "limits.connections: must be 10 to 100000"],
  [{ applications: [{ id: "shop" }] }, "applications[0].clientToken: is missing"],
  [{ applications: [{ ...shop, sampleRate: 101 }] }, "applications[0].sampleRate: must be a percentage, 0 to 100"],
  [{ applications: [{ ...shop, retentionDays: 0 }] }, "applications[0].retentionDays: must be 1 to 3650 days"],
  [{ applications: [{ ...shop, retentionDays: "90" }] }, "applications[0].retentionDays: must be a number"],
  [{ applications: [{ ...shop, sampleRate: -1 }] }, "applications[0].sampleRate: must be a percentage, 0 to 100"],
  [{ applications: [{ ...shop, sampleRate: "50" }] }, "applications[0].sampleRate: must be a number"],
  [
    { applications: [{ ...shop, clientToken: "with space" }] },
    "applications[0].clientToken: must be 1 to 256 printable ASCII characters without spaces",
  ],
  [{ applications: [shop, shop] }, "applications[1].clientToken: is used twice; give each application its own"],
  [{ applications: [shop, { ...shop, clientToken: "pub-other-token" }] }, 'applications[1].id: "shop" is used twice'],
  [{ store: { url: "clickhouse:8443" } }, "store.url: must be an http or https URL such as https://clickhouse:8443"],
  [
    { store: { url: ["https://clickhouse-1:8443", 2] } },
    "store.url: must be an http or https URL such as https://clickhouse:8443, or a list of them",
  ],
  [
    { store: { url: "https://clickhouse:8443", cluster: "two'" } },
    "store.cluster: must be a name of letters, digits, - and _",
  ],
  [{ readTokens: [{ token: "12345678", role: "boss" }] }, 'readTokens[0].role: must be "read" or "admin"'],
  [
    { trustedProxies: ["10.0.0.0/99"] },
    'trustedProxies[0]: must be an address, a CIDR such as 10.0.0.0/8, loopback, linklocal or uniquelocal; got "10.0.0.0/99"',
  ],
  [{ address: "hashed" }, 'address: must be "truncate", "full", "hmac" or "none"'],
])("names the key that is wrong: %j", (input, message) => {
  expect(problem(input)).toBe(message);
});

test("flags win over the environment, the environment over the file, the file over defaults", async () => {
  const { path, remove } = await temporaryDirectory();
  const file = join(path, "sojourn.json");
  await writeFile(
    file,
    JSON.stringify({ port: 1, host: "file", data: "file", openReads: true, store: { url: "https://file:1" } }),
  );
  const config = loadConfig(
    { port: "3", config: file },
    { SOJOURN_PORT: "2", SOJOURN_HOST: "environment", SOJOURN_STORE_PASSWORD: "secret" },
  );
  expect(config).toMatchObject({
    port: 3,
    host: "environment",
    data: "file",
    openReads: true,
    store: { url: "https://file:1", password: "secret" },
  });
  await remove();
});

test("says which file cannot be used, and why", async () => {
  const { path, remove } = await temporaryDirectory();
  const file = join(path, "sojourn.json");
  expect(() => loadConfig({ config: file }, {})).toThrow(`${file}: cannot be read: ENOENT`);
  await writeFile(file, "{port: 1}");
  expect(() => loadConfig({ config: file }, {})).toThrow(`${file}: is not JSON`);
  await writeFile(file, "[]");
  expect(() => loadConfig({ config: file }, {})).toThrow(`${file}: must hold a JSON object`);
  await remove();
});

test("says which flag or variable is wrong", () => {
  expect(() => loadConfig({ port: "http" }, {})).toThrow('--port: must be a port number, 0 to 65535; got "http"');
  expect(() => loadConfig({}, { SOJOURN_PORT: "1e3" })).toThrow(
    'SOJOURN_PORT: must be a port number, 0 to 65535; got "1e3"',
  );
  expect(() => loadConfig({}, { SOJOURN_OPEN_READS: "yes" })).toThrow(
    'SOJOURN_OPEN_READS: must be true or false; got "yes"',
  );
});

test("the configuration beside compose.yaml is one", async () => {
  const text = await readFile(new URL("../../../../deploy/sojourn.json", import.meta.url), "utf8");
  expect(problem(JSON.parse(text))).toBe("none");
});

test("several servers of a cluster may stand in the environment, too", () => {
  const environment = { SOJOURN_STORE_URL: "http://one:8123, http://two:8123", SOJOURN_STORE_CLUSTER: "sojourn" };
  expect(loadConfig({}, environment).store).toEqual({
    url: ["http://one:8123", "http://two:8123"],
    cluster: "sojourn",
  });
});
