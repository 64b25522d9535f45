import { rename, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parseConfig } from "../config/parse.js";
import type { ConfigInput } from "../config/schema.js";
import { silentLog } from "../lib/logger.js";
import { temporaryDirectory } from "../testing/collector.js";
import { mmdb } from "../testing/mmdb.js";
import { createEnricher } from "./index.js";

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let time = Date.UTC(2026, 0, 5);
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

const enricher = (config: Partial<ConfigInput>) => createEnricher(parseConfig(config), silentLog, () => time);
const NOTHING = new Headers();

test("keeps of an address what the configuration lets it keep", async () => {
  const kept = async (config: Partial<ConfigInput>) =>
    (await enricher(config)).clientOf("203.0.113.77", NOTHING, time).ip;
  expect(await kept({})).toBe("203.0.113.0");
  expect(await kept({ address: "full" })).toBe("203.0.113.77");
  expect(await kept({ address: "none" })).toBe("");
  expect(await kept({ address: "hmac", addressKey: "0123456789abcdef" })).toMatch(/^[\w-]{16}$/);
});

test.each<[Partial<ConfigInput>, string]>([
  [{ address: "hmac" }, "addressKey: is missing"],
  [{ address: "hmac", addressKey: "short" }, "addressKey: must have at least 16 characters"],
  [{ address: "all" as never }, 'address: must be "truncate", "full", "hmac" or "none"'],
  [{ addressRotation: "hourly" as never }, "addressRotation: must be"],
  [{ trustedProxies: ["example.com"] }, "trustedProxies"],
  [{ trustedProxies: 11 }, "trustedProxies"],
  [{ addressHeader: "not a header" }, "addressHeader: must be the name of a header"],
  [{ geo: { database: "" } }, "geo.database: must be the path of an mmdb file"],
  [{ apps: [{ name: "App", grammar: "regex" as never }] }, "apps[0].grammar: must be"],
])("refuses %o by the name of its key", (config, message) => {
  expect(() => parseConfig(config)).toThrow(message);
});

test("counts proxies, or knows them, or believes the one header that they set", async () => {
  const headers = new Headers({ "x-forwarded-for": "1.1.1.1, 2.2.2.2", "cf-connecting-ip": "3.3.3.3" });
  expect((await enricher({ trustedProxies: 1 })).addressOf("10.0.0.1", headers)).toBe("2.2.2.2");
  expect((await enricher({ trustedProxies: ["uniquelocal"] })).addressOf("10.0.0.1", headers)).toBe("2.2.2.2");
  const named = await enricher({ trustedProxies: ["uniquelocal"], addressHeader: "cf-connecting-ip" });
  expect(named.addressOf("10.0.0.1", headers)).toBe("3.3.3.3");
  expect(named.addressOf("198.51.100.1", headers)).toBe("198.51.100.1");
});

test("an application with a user agent of its own stands where the browser does", async () => {
  const { clientOf } = await enricher({ apps: [{ name: "RC Mobile", grammar: "semicolon" }] });
  expect(clientOf("", new Headers({ "user-agent": "RC Mobile; Android 6.0; v2.5.0 (2750)" }), time)).toEqual({
    ip: "",
    browser: "RC Mobile",
    browser_version: "2.5.0",
    os: "Android",
    os_version: "6.0",
    device: "mobile",
    bot: false,
    country: "",
  });
});

test("vendor and model where they are told, bots marked", async () => {
  const { clientOf } = await enricher({});
  const of = (agent: string) => clientOf("", new Headers({ "user-agent": agent }), time);
  const iphone =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
  expect(of(iphone)).toMatchObject({
    browser: "Mobile Safari",
    browser_version: "18.5",
    os: "iOS",
    device: "Apple iPhone",
  });
  expect(of("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")).toMatchObject({ bot: true });
  expect(of("")).toMatchObject({ browser: "", os: "", device: "", bot: false });
});

test("the country comes from the whole address, though only a part of it is kept", async () => {
  const database = join(directory.path, "countries.mmdb");
  await writeFile(database, mmdb({ "203.0.113.64/26": "BR", "198.51.100.0/24": "DE" }));
  const { clientOf } = await enricher({ geo: { database } });
  expect(clientOf("203.0.113.77", NOTHING, time)).toMatchObject({ ip: "203.0.113.0", country: "BR" });
  const countries = ["203.0.113.7", "198.51.100.200", "192.0.2.1", "2001:db8::1", "", "nonsense"].map(
    (address) => clientOf(address, NOTHING, time).country,
  );
  expect(countries).toEqual(["", "DE", "", "", "", ""]);
});

test("a database that is replaced is read anew; one that is broken leaves the one before", async () => {
  const database = join(directory.path, "countries.mmdb");
  const replace = async (content: Buffer, at: number) => {
    await writeFile(`${database}.new`, content);
    await utimes(`${database}.new`, at, at);
    await rename(`${database}.new`, database);
    time += 60_000;
  };
  await replace(mmdb({ "203.0.113.0/24": "BR" }), 1000);
  const { clientOf } = await enricher({ geo: { database } });
  const country = () => clientOf("203.0.113.7", NOTHING, time).country;
  expect(country()).toBe("BR");
  await replace(mmdb({ "203.0.113.0/24": "PT" }), 2000);
  await vi.waitFor(() => expect(country()).toBe("PT"));
  await replace(Buffer.from("broken"), 3000);
  country();
  await replace(mmdb({ "203.0.113.0/24": "ES" }), 4000);
  await vi.waitFor(() => expect(country()).not.toBe("PT"));
  expect(country()).toBe("ES");
});

test("says by its key that a database is not there, or is none", async () => {
  await expect(enricher({ geo: { database: "/nowhere/x.mmdb" } })).rejects.toThrow(
    /^geo\.database: \/nowhere\/x\.mmdb cannot be used/,
  );
  const database = join(directory.path, "text.mmdb");
  await writeFile(database, "no database");
  await expect(enricher({ geo: { database } })).rejects.toThrow(/^geo\.database: .* cannot be used/);
});
