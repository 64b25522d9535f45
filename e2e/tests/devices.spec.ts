import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { expect, type Page, test } from "@playwright/test";
import { type Profile, startChromium } from "../fixtures/engines/chromium.js";
import { ROOT } from "../fixtures/paths.js";
import { type Running, startProcess, temporaryDirectory } from "../fixtures/process.js";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

let server: Running;
let url: string;
let people: Profile[] = [];
const folder = temporaryDirectory("devices");

test.beforeAll(async () => {
  const start = `import { startDevices } from "${ROOT}examples/devices/server.mjs";
    const { url } = await startDevices({ port: 0, database: "${folder.path}/devices.db" });
    console.log("ready " + url);`;
  server = await startProcess(process.execPath, ["--input-type=module", "-e", start], /ready (\S+)/);
  url = server.match[1] ?? "";
  people = [await startChromium(), await startChromium()];
});
test.afterAll(async () => {
  for (const profile of people) await profile.close();
  await server.stop();
  folder.remove();
});

async function signIn(page: Page, name: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel("Name").fill(name);
  await page.getByRole("textbox", { name: "Password" }).fill("a password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Where you are signed in" })).toBeVisible();
}
const devices = (page: Page) => page.locator("#devices > li");

async function twoBrowsers(name: string): Promise<[Page, Page]> {
  const [one, other] = people;
  if (!one || !other) throw new Error("two browsers are needed");
  const pages: [Page, Page] = [await one.newTab(), await other.newTab()];
  for (const page of pages) await signIn(page, name);
  return pages;
}

test("a user sees both browsers, and signs the other one out with a second proof", async () => {
  const [older, newer] = await twoBrowsers("ann");
  await expect(devices(newer)).toHaveCount(2);
  await expect(devices(newer).first()).toContainText("this device");
  await devices(newer).nth(1).getByRole("button", { name: "Sign out" }).click();
  await expect(newer.getByRole("dialog")).toContainText("We sent a code to your mails");
  await newer.getByRole("dialog").getByLabel("Code").fill("wrong");
  await newer.getByRole("button", { name: "Go on" }).click();
  await expect(newer.getByRole("alert").filter({ visible: true })).toHaveText("That was not right.");
  const code = /\d{6}/.exec((await newer.locator("#mails li").first().textContent()) ?? "")?.[0] ?? "";
  await newer.getByRole("dialog").getByLabel("Code").fill(code);
  await newer.getByRole("button", { name: "Go on" }).click();
  await expect(devices(newer)).toHaveCount(1);
  await expect(newer.locator("#ended > li")).toContainText("ended by you");
  await older.reload();
  await expect(older.getByRole("textbox", { name: "Password" })).toBeVisible();
  await newer.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(newer.getByRole("textbox", { name: "Password" })).toBeVisible();
});

test("who did not sign in says so by the link of the mail, and that device is signed out", async () => {
  const [one, other] = people;
  if (!one || !other) throw new Error("two browsers are needed");
  const [usual, foreign] = [await one.newTab(), await other.newTab()];
  await foreign.setExtraHTTPHeaders({ "sec-ch-ua-platform": '"Windows"' });
  await signIn(usual, "bea");
  await signIn(foreign, "bea");
  await expect(async () => {
    await usual.reload();
    await expect(usual.locator("#mails a")).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(usual.locator("#notices")).toContainText(" 156 on Windows");
  await usual.locator("#mails a").click();
  await expect(usual.locator("#what")).toContainText(" 156 on Windows");
  await foreign.reload();
  await expect(foreign.getByRole("heading", { name: "Where you are signed in" })).toBeVisible();
  await usual.getByRole("button", { name: "No, sign that device out" }).click();
  await expect(usual.locator("#what")).toHaveText("That device is signed out. Change your password now.");
  await foreign.reload();
  await expect(foreign.getByRole("textbox", { name: "Password" })).toBeVisible();
  await usual.reload();
  await expect(usual.locator("#what")).toHaveText("You have told us already.");
});

test("the page has nothing that axe finds serious, in both states", async () => {
  const [page] = await twoBrowsers("axe");
  const axe = await readFile(AXE, "utf8");
  for (const dark of [false, true]) {
    await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
    // As a debugger does: the page's own policy lets no script in.
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      // @ts-expect-error: the page has it from the script above
      const { violations } = await window.axe.run();
      return violations
        .filter(({ impact }: { impact: string }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }: { id: string; nodes: { html: string }[] }) => `${id}: ${nodes[0]?.html}`);
    });
    expect(found).toEqual([]);
  }
  const narrow = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  expect(narrow).toBe(true);
});
