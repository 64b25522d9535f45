import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { browser, findBrowser, furtherEngines } from "./browser.mjs";
import { temporaryFolder } from "./temporary.mjs";

const quiet = { say: () => {} };

async function folderWith(name) {
  const folder = await temporaryFolder({ [name]: "#!/bin/sh\n" });
  await chmod(join(folder, name), 0o755);
  return folder;
}

test("CHROMIUM_BIN comes before anything that is installed", async () => {
  const path = join(await folderWith("mine"), "mine");
  expect(await browser({ env: { CHROMIUM_BIN: path, PATH: await folderWith("chromium") }, ...quiet })).toBe(path);
});

test("a CHROMIUM_BIN that is no program is refused, not replaced", async () => {
  const env = { CHROMIUM_BIN: "/no/such/browser", PATH: await folderWith("chromium") };
  await expect(browser({ env, ...quiet })).rejects.toThrow('CHROMIUM_BIN is "/no/such/browser"');
});

test("an installed Chromium or Chrome is found on the path", async () => {
  for (const name of ["chromium", "google-chrome"]) {
    const folder = await folderWith(name);
    expect(await findBrowser({ PATH: `/no/such/folder:${folder}` })).toBe(join(folder, name));
  }
});

test.skipIf(process.platform === "darwin")("an empty path has none", async () => {
  expect(await findBrowser({})).toBeUndefined();
});

test("an engine that is not there, and cannot be installed, is said and left out", async () => {
  /** @type {string[]} */
  const said = [];
  const engines = await furtherEngines({
    env: { FIREFOX_BIN: "/nowhere/firefox" },
    say: (line) => said.push(line),
    install: false,
  });
  expect(engines).not.toContain("firefox");
  expect(said[0]).toMatch(/No tests in firefox: .*apt-get install firefox-esr/);
});

test("a Firefox that is named is taken", async () => {
  const engines = await furtherEngines({ env: { FIREFOX_BIN: process.execPath }, say: () => {}, install: false });
  expect(engines).toContain("firefox");
});
