import { expect, test } from "vitest";
import type { AppPattern } from "./app.js";
import { type ClientInfo, createAgentReader, parseUserAgent } from "./parse.js";

const WIN = "Windows NT 10.0; Win64; x64";
const MAC = "Macintosh; Intel Mac OS X 10_15_7";
const DROID = "Linux; Android 10; K";
const chromium = (system: string, rest = "Chrome/150.0.0.0 Safari/537.36") =>
  `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) ${rest}`;
const gecko = (system: string, version = "145.0") =>
  `Mozilla/5.0 (${system}; rv:${version}) Gecko/20100101 Firefox/${version}`;
const webkit = (system: string, rest: string) =>
  `Mozilla/5.0 (${system}) AppleWebKit/605.1.15 (KHTML, like Gecko) ${rest}`;
const IPHONE = "iPhone; CPU iPhone OS 18_5 like Mac OS X";

/** Name, version, system, its version, kind of device, bits. */
type Expected = [
  string | undefined,
  string | undefined,
  string | undefined,
  string | undefined,
  string | undefined,
  string?,
];

const AGENTS: [what: string, agent: string, expected: Expected][] = [
  ["Chrome on Windows", chromium(WIN), ["Chrome", "150.0.0.0", "Windows", "10", "desktop", "64"]],
  ["Chrome on a Mac", chromium(MAC), ["Chrome", "150.0.0.0", "Mac OS", "10.15.7", "desktop", "64"]],
  ["Chrome on Linux", chromium("X11; Linux x86_64"), ["Chrome", "150.0.0.0", "Linux", undefined, "desktop", "64"]],
  [
    "Chrome on Linux, ARM",
    chromium("X11; Linux aarch64"),
    ["Chrome", "150.0.0.0", "Linux", undefined, "desktop", "64"],
  ],
  [
    "Chrome on ChromeOS",
    chromium("X11; CrOS x86_64 14541.0.0"),
    ["Chrome", "150.0.0.0", "Chromium OS", "14541.0.0", "desktop", "64"],
  ],
  [
    "Chrome on Windows, 32 bits in 64",
    chromium("Windows NT 10.0; WOW64"),
    ["Chrome", "150.0.0.0", "Windows", "10", "desktop", "64"],
  ],
  [
    "Chrome on Android, reduced",
    chromium(DROID, "Chrome/150.0.0.0 Mobile Safari/537.36"),
    ["Chrome", "150.0.0.0", "Android", "10", "mobile"],
  ],
  [
    "Chrome on a Pixel",
    chromium("Linux; Android 15; Pixel 9", "Chrome/149.0.7800.60 Mobile Safari/537.36"),
    ["Chrome", "149.0.7800.60", "Android", "15", "mobile"],
  ],
  [
    "Chrome on a tablet",
    chromium("Linux; Android 14; SM-X910", "Chrome/150.0.0.0 Safari/537.36"),
    ["Chrome", "150.0.0.0", "Android", "14", "tablet"],
  ],
  [
    "Chrome on an iPhone",
    webkit(IPHONE, "CriOS/150.0.7871.51 Mobile/15E148 Safari/604.1"),
    ["Chrome", "150.0.7871.51", "iOS", "18.5", "mobile"],
  ],
  [
    "Edge on Windows",
    chromium(WIN, "Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0"),
    ["Edge", "150.0.0.0", "Windows", "10", "desktop", "64"],
  ],
  [
    "Edge on Android",
    chromium(DROID, "Chrome/150.0.0.0 Mobile Safari/537.36 EdgA/150.0.0.0"),
    ["Edge", "150.0.0.0", "Android", "10", "mobile"],
  ],
  [
    "Edge on an iPhone",
    webkit(IPHONE, "Version/18.0 EdgiOS/150.0.4078.48 Mobile/15E148 Safari/604.1"),
    ["Edge", "150.0.4078.48", "iOS", "18.5", "mobile"],
  ],
  [
    "Opera",
    chromium(WIN, "Chrome/150.0.0.0 Safari/537.36 OPR/134.0.0.0"),
    ["Opera", "134.0.0.0", "Windows", "10", "desktop", "64"],
  ],
  [
    "Vivaldi",
    chromium(WIN, "Chrome/150.0.0.0 Safari/537.36 Vivaldi/7.8.3925.56"),
    ["Vivaldi", "7.8.3925.56", "Windows", "10", "desktop", "64"],
  ],
  [
    "Yandex",
    chromium(WIN, "Chrome/148.0.0.0 YaBrowser/26.6.0.0 Safari/537.36"),
    ["Yandex", "26.6.0.0", "Windows", "10", "desktop", "64"],
  ],
  [
    "Samsung Internet",
    chromium("Linux; Android 14; SM-S928B", "SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36"),
    ["Samsung Internet", "29.0", "Android", "14", "mobile"],
  ],
  [
    "a WebView on Android",
    chromium("Linux; Android 15; Pixel 9 Build/AP4A; wv", "Version/4.0 Chrome/150.0.0.0 Mobile Safari/537.36"),
    ["Chrome WebView", "150.0.0.0", "Android", "15", "mobile"],
  ],
  ["Firefox on Windows", gecko(WIN), ["Firefox", "145.0", "Windows", "10", "desktop", "64"]],
  [
    "Firefox on a Mac",
    gecko("Macintosh; Intel Mac OS X 10.15"),
    ["Firefox", "145.0", "Mac OS", "10.15", "desktop", "64"],
  ],
  ["Firefox on Linux", gecko("X11; Linux x86_64"), ["Firefox", "145.0", "Linux", undefined, "desktop", "64"]],
  ["Firefox on Ubuntu", gecko("X11; Ubuntu; Linux x86_64"), ["Firefox", "145.0", "Ubuntu", undefined, "desktop", "64"]],
  [
    "Firefox ESR on Windows 7",
    gecko("Windows NT 6.1; Win64; x64", "115.0"),
    ["Firefox", "115.0", "Windows", "7", "desktop", "64"],
  ],
  [
    "Firefox on Android",
    "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0",
    ["Firefox", "145.0", "Android", "15", "mobile"],
  ],
  [
    "Firefox on an Android tablet",
    "Mozilla/5.0 (Android 15; Tablet; rv:145.0) Gecko/145.0 Firefox/145.0",
    ["Firefox", "145.0", "Android", "15", "tablet"],
  ],
  [
    "Firefox on an iPhone",
    webkit(IPHONE, "FxiOS/145.0 Mobile/15E148 Safari/605.1.15"),
    ["Firefox", "145.0", "iOS", "18.5", "mobile"],
  ],
  [
    "Safari on a Mac",
    webkit(MAC, "Version/26.0 Safari/605.1.15"),
    ["Safari", "26.0", "Mac OS", "10.15.7", "desktop", "64"],
  ],
  [
    "Safari on an iPhone",
    webkit(IPHONE, "Version/18.5 Mobile/15E148 Safari/604.1"),
    ["Mobile Safari", "18.5", "iOS", "18.5", "mobile"],
  ],
  [
    "Safari on an old iPad",
    webkit("iPad; CPU OS 12_5 like Mac OS X", "Version/12.1.2 Mobile/15E148 Safari/604.1"),
    ["Mobile Safari", "12.1.2", "iOS", "12.5", "tablet"],
  ],
  [
    "Safari on an iPad, which says that it is a Mac",
    webkit(MAC, "Version/18.5 Safari/605.1.15"),
    ["Safari", "18.5", "Mac OS", "10.15.7", "desktop", "64"],
  ],
  [
    "WebKitGTK",
    webkit("X11; Linux x86_64", "Version/18.5 Safari/605.1.15"),
    ["Safari", "18.5", "Linux", undefined, "desktop", "64"],
  ],
  [
    "DuckDuckGo on a Mac",
    webkit(MAC, "Version/18.5 Safari/605.1.15 Ddg/18.5"),
    ["DuckDuckGo", "18.5", "Mac OS", "10.15.7", "desktop", "64"],
  ],
  [
    "UC Browser",
    "Mozilla/5.0 (Linux; U; Android 13; en-US; SM-A536B) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0.4896.58 UCBrowser/15.5.2.1337 Mobile Safari/537.36",
    ["UCBrowser", "15.5.2.1337", "Android", "13", "mobile"],
  ],
  [
    "Facebook's own browser",
    webkit(IPHONE, "Mobile/15E148 [FBAN/FBIOS;FBAV/520.0.0.38.101;FBBV/756351453;FBDV/iPhone16,2]"),
    ["Facebook", "520.0.0.38.101", "iOS", "18.5", "mobile"],
  ],
  [
    "Instagram's own browser",
    webkit(IPHONE, "Mobile/15E148 Instagram 390.0.0.28.85 (iPhone16,2; iOS 18_5; de_DE)"),
    ["Instagram", "390.0.0.28.85", "iOS", "18.5", "mobile"],
  ],
  [
    "an Electron app",
    chromium(WIN, "Slack/4.46.0 Chrome/138.0.0.0 Electron/37.2.0 Safari/537.36"),
    ["Electron", "37.2.0", "Windows", "10", "desktop", "64"],
  ],
  [
    "a television",
    "Mozilla/5.0 (SMART-TV; Linux; Tizen 8.0) AppleWebKit/537.36 (KHTML, like Gecko) 108.0.5359.1/8.0 TV Safari/537.36",
    ["Safari", undefined, "Tizen", "8.0", "smarttv"],
  ],
  [
    "a console",
    "Mozilla/5.0 (PlayStation; PlayStation 5/2.26) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15",
    ["Safari", "13.0", "PlayStation", "5", "console"],
  ],
  [
    "Internet Explorer 11",
    "Mozilla/5.0 (Windows NT 6.3; Trident/7.0; rv:11.0) like Gecko",
    ["IE", "11.0", "Windows", "8.1", "desktop"],
  ],
  [
    "Chrome of the time of the seed",
    chromium("Macintosh; Intel Mac OS X 10_13_6", "Chrome/67.0.3396.99 Safari/537.36"),
    ["Chrome", "67.0.3396.99", "Mac OS", "10.13.6", "desktop", "64"],
  ],
  ["nothing", "", [undefined, undefined, undefined, undefined, undefined]],
];

test.each(AGENTS)("recognises %s", (_, agent, [name, version, os, osVersion, type, bitness]) => {
  const info = parseUserAgent(agent);
  expect([
    info.browser?.name,
    info.browser?.version,
    info.os?.name,
    info.os?.version,
    info.device?.type,
    info.device?.bitness,
  ]).toEqual([name, version, os, osVersion, type, bitness]);
  expect(info.browser?.major).toBe(version?.split(".")[0]);
  expect(info).not.toHaveProperty("bot");
});

test.each([
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
  chromium("X11; Linux x86_64", "HeadlessChrome/150.0.0.0 Safari/537.36"),
  "curl/8.9.1",
  "hello",
  "python-requests/2.32.3",
])("marks %s as a bot", (agent) => {
  expect(parseUserAgent(agent).bot).toBe(true);
});

const APPS: readonly AppPattern[] = [
  { name: "RC Mobile", grammar: "semicolon" },
  { name: "Waypost", grammar: "product" },
];

test.each<[agent: string, expected: ClientInfo]>([
  ["RC Mobile", { app: { name: "RC Mobile" } }],
  [
    "RC Mobile; iOS 12.0; v3.0.0 (196)",
    {
      app: { name: "RC Mobile", version: "3.0.0", bundle: "196" },
      os: { name: "iOS", version: "12.0" },
      device: { type: "mobile" },
    },
  ],
  [
    "RC Mobile; Android 6.0; v2.5.0 (2750)",
    {
      app: { name: "RC Mobile", version: "2.5.0", bundle: "2750" },
      os: { name: "Android", version: "6.0" },
      device: { type: "mobile" },
    },
  ],
  [
    "RC Mobile; iOS 11.4.1",
    { app: { name: "RC Mobile" }, os: { name: "iOS", version: "11.4.1" }, device: { type: "mobile" } },
  ],
  [
    "Waypost/5.2.0 (com.example.waypost; build:4711; iOS 18.5.0) Alamofire/5.9.1",
    {
      app: { name: "Waypost", version: "5.2.0", bundle: "4711" },
      os: { name: "iOS", version: "18.5.0" },
      device: { type: "mobile" },
    },
  ],
  [
    "Waypost/5.2.0 (Linux; Android 15; build:9) okhttp/4.12",
    { app: { name: "Waypost", version: "5.2.0", bundle: "9" }, os: { name: "Linux" }, device: { type: "desktop" } },
  ],
])("reads an application's own user agent, without v and parentheses, and no bot: %s", (agent, expected) => {
  expect(parseUserAgent(agent, {}, APPS)).toEqual(expected);
});

test("what only begins like an application is none", () => {
  expect(parseUserAgent("RC Mobiles; iOS 12.0", {}, APPS)).not.toHaveProperty("app");
  expect(parseUserAgent("RC Mobile/1.0", {}, APPS)).not.toHaveProperty("app");
  expect(parseUserAgent("Waypost 5", {}, APPS)).not.toHaveProperty("app");
});

test.each<[what: string, agent: string, hints: Record<string, string>, expected: ClientInfo]>([
  [
    "Windows 11 by the platform's version, the brand rather than Chromium",
    chromium(WIN, "Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0"),
    {
      "sec-ch-ua": '"Not)A;Brand";v="8", "Chromium";v="150", "Microsoft Edge";v="150"',
      "sec-ch-ua-mobile": "?0",
      "sec-ch-ua-platform": '"Windows"',
      "sec-ch-ua-platform-version": '"15.0.0"',
      "sec-ch-ua-bitness": '"64"',
    },
    {
      browser: { name: "Edge", version: "150", major: "150" },
      os: { name: "Windows", version: "11" },
      device: { type: "desktop", bitness: "64" },
    },
  ],
  [
    "a model and a full version where the agent was reduced",
    chromium(DROID, "Chrome/150.0.0.0 Mobile Safari/537.36"),
    {
      "sec-ch-ua-full-version-list":
        '"Chromium";v="150.0.7871.51", "Google Chrome";v="150.0.7871.51", "Not.A/Brand";v="24.0.0.0"',
      "sec-ch-ua-mobile": "?1",
      "sec-ch-ua-platform": '"Android"',
      "sec-ch-ua-platform-version": '"15.0.0"',
      "sec-ch-ua-model": '"Pixel 9"',
    },
    {
      browser: { name: "Chrome", version: "150.0.7871.51", major: "150" },
      os: { name: "Android", version: "15.0.0" },
      device: { type: "mobile", model: "Pixel 9" },
    },
  ],
  [
    "a tablet by its form factor",
    chromium("X11; Linux x86_64"),
    { "sec-ch-ua-platform": '"Android"', "sec-ch-ua-form-factors": '"Tablet"' },
    {
      browser: { name: "Chrome", version: "150.0.0.0", major: "150" },
      os: { name: "Android" },
      device: { type: "tablet", bitness: "64" },
    },
  ],
  [
    "nothing out of a broken hint",
    chromium(WIN),
    { "sec-ch-ua": "nonsense", "sec-ch-ua-platform": '""', "sec-ch-ua-bitness": '"128"', "sec-ch-ua-mobile": "yes" },
    {
      browser: { name: "Chrome", version: "150.0.0.0", major: "150" },
      os: { name: "Windows", version: "10" },
      device: { type: "desktop", bitness: "64" },
    },
  ],
])("takes from client hints %s", (_, agent, hints, expected) => {
  const { engine: _engine, ...info } = parseUserAgent(agent, hints);
  expect(info).toEqual(expected);
});

test("no model is the K of reduced agents, and control characters are gone", () => {
  expect(parseUserAgent(chromium(DROID, "Chrome/150.0.0.0 Mobile Safari/537.36")).device).toEqual({ type: "mobile" });
  expect(parseUserAgent("RC Mobile; iOS 12.0\u0000\u001b; v3.0.0", {}, APPS).os).toEqual({
    name: "iOS",
    version: "12.0",
  });
});

test("hostile texts of 20 KB are cut before anything reads them", () => {
  const reader = createAgentReader({ apps: APPS });
  const texts = [
    "Mozilla/5.0 (".repeat(1600),
    `Mozilla/5.0 (${" ".repeat(20_000)}`,
    `RC Mobile;${" iOS 1.0;".repeat(2500)}`,
    `Waypost/1 (${"build:".repeat(3500)}`,
    "; ".repeat(10_000),
    `"${"a".repeat(20_000)}"; v=`,
  ];
  const began = performance.now();
  for (let round = 0; round < 50; round += 1) {
    for (const text of texts) {
      const long = `${text}${round}`;
      reader({ get: (name) => (name.startsWith("sec-ch") || name === "user-agent" ? long : null) });
    }
  }
  // Of the 300 readings none may take more than some milliseconds, on any machine.
  expect(performance.now() - began).toBeLessThan(5000);
  expect(JSON.stringify(reader({ get: () => texts[2] }))?.length).toBeLessThan(1000);
});

test("what was read is kept, as far as the cache reaches, and cannot be changed by who got it", () => {
  const reader = createAgentReader({ cache: 2 });
  const of = (agent: string) => reader({ get: (name) => (name === "user-agent" ? agent : null) });
  const first = of(chromium(WIN));
  expect(of(chromium(WIN))).toBe(first);
  expect(Object.isFrozen(first)).toBe(true);
  of(chromium(MAC));
  of(gecko(WIN));
  expect(of(chromium(WIN))).not.toBe(first);
  const none = createAgentReader({ cache: 0 });
  const get = () => gecko(WIN);
  expect(none({ get })).not.toBe(none({ get }));
});
