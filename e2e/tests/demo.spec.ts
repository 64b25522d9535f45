import { createServer } from "node:net";
import { startChromium } from "../fixtures/engines/chromium.js";
import { START } from "../fixtures/paths.js";
import { startProcess, temporaryDirectory } from "../fixtures/process.js";
import { expect, test } from "../fixtures/test.js";

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });

test("npm start: a visit to the shop is on the dashboard a moment later, with what happened in it", async () => {
  const directory = temporaryDirectory("demo");
  const port = String(await freePort());
  const demo = await startProcess(
    process.execPath,
    [START, "--port", port, "--data", directory.path],
    /Demo shop\s+(http:\S+)\s+Dashboard\s+(http:\S+)/,
  );
  const [, shop = "", dashboard = ""] = demo.match;
  const person = await startChromium();
  try {
    const visit = await person.newTab();
    await visit.goto(shop, { waitUntil: "load" });
    await visit.click('nav a[data-route="/products"]');
    await visit.click("#throw");
    const answered = visit.waitForResponse("**/api/fail");
    await visit.click("#fail");
    await answered;
    const id = await visit.evaluate(() => window.sojourn.getSession()?.id);
    await visit.close();

    const page = await person.newTab();
    const broken: string[] = [];
    page.on("pageerror", (error) => broken.push(String(error)));
    page.on("console", (message) => message.type() === "error" && broken.push(message.text()));
    await page.goto(dashboard);
    const row = page.locator("tbody tr, [role=row]").filter({ hasText: "/products" }).first();
    await expect(row).toBeVisible({ timeout: 3000 });
    // Views, actions, errors: what a person did in the shop.
    const counts = async () => (await row.locator("td").allTextContents()).slice(-5, -2);
    await expect.poll(counts).toEqual(["2", "3", "1"]);
    await row.click();
    await expect(page).toHaveURL(new RegExp(`#/sessions/${id}`));
    for (const text of ["TypeError", "/api/fail", "Throw an error", "session_first_view_"]) {
      await expect(page.getByText(text).first()).toBeVisible();
    }
    expect(broken).toEqual([]);
  } finally {
    await person.close();
    await demo.stop("SIGINT");
    directory.remove();
  }
});

test("the shop driven headless with ?synthetics says so, with the ids of its run", async () => {
  const directory = temporaryDirectory("demo");
  const port = String(await freePort());
  const demo = await startProcess(
    process.execPath,
    [START, "--port", port, "--data", directory.path],
    /Demo shop\s+(http:\S+)/,
  );
  const robot = await startChromium({ person: false });
  try {
    const page = await robot.newTab();
    await page.goto(`${demo.match[1]}?synthetics=nightly`);
    await page.click('nav a[data-route="/cart"]');
    await page.close();
    const read = async () => {
      const answer = await fetch(`${demo.match[1]}v1/sessions?session_type=synthetics`);
      return (await answer.json()).items;
    };
    await expect.poll(read, { timeout: 2000 }).toMatchObject([{ session_type: "synthetics", session_view_count: 2 }]);
  } finally {
    await robot.close();
    await demo.stop("SIGINT");
    directory.remove();
  }
});
