import { did, follow, type Row, sum, type Things, table } from "../fixtures/closing.js";
import { asked, slug, test } from "../fixtures/closing-test.js";
import { expect } from "../fixtures/engine-test.js";
import { putBehind } from "../fixtures/engines/discard.js";
import type { Tab } from "../fixtures/engines/tab.js";

const rows: (Row | string)[] = [];

// In one worker, for the table.
test.describe.configure({ mode: "default" });
test.setTimeout(40_000);
test.afterAll(({ engine }) => console.log(table(engine, rows)));

/** Ends with what is done last, at once before the page goes. */
async function act(tab: Tab): Promise<Things> {
  await tab.click("#throw");
  await tab.click("#buy");
  await tab.evaluate(`new Promise((resolve) => setTimeout(resolve)).then(() => {
    for (let n = 1; n <= 5; n++) sojourn.addAction("thing", { n });
    return true;
  })`);
  return sum(did(1, 5), { "click #throw": 1, "click #buy": 1, "error cannot buy": 1 });
}

/** As long as it takes until what is there would survive a crash. */
const rest = (tab: Tab) => tab.evaluate("new Promise((resolve) => setTimeout(() => resolve(true), 1300))");

/** Each thing once, at once or with the next visit, but for what may be lost. */
function judge(row: Row): void {
  rows.push(row);
  expect(row, JSON.stringify(row.lost)).toMatchObject({ counted: 0, neither: 0, twice: 0 });
  expect(row.arrived + row.recovered + row.unknown).toBe(row.done);
}

/** Nothing was in its way: it needs no other visit. */
function judgeAtOnce(row: Row): void {
  judge(row);
  expect(row.arrived).toBe(row.done);
}

test("a tab that is closed tells what was done last", async ({ begin, end }) => {
  const way = "tab closed";
  const tab = await begin(way);
  const things = await act(tab);
  await tab.close();
  judgeAtOnce(await end(way, sum(things, { "view /tab-closed": 1 })));
});

test("a page that is left for one without the SDK tells what was done last", async ({ begin, end, site }) => {
  const way = "to a page without the SDK";
  const tab = await begin(way);
  const things = await act(tab);
  await tab.goto(`${site.origin}/away?bare`);
  judgeAtOnce(await end(way, sum(things, { "view /to-a-page-without-the-SDK": 1 })));
});

test("a page that is left for another origin tells what was done last", async ({ begin, end, site }) => {
  const way = "to another origin";
  const tab = await begin(way);
  const things = await act(tab);
  await tab.goto(`${site.origin.replace("localhost", "127.0.0.1")}/away?bare`);
  judgeAtOnce(await end(way, sum(things, { "view /to-another-origin": 1 })));
});

test("a page that comes back from the cache, is used and closed tells all of both times", async ({
  begin,
  end,
  site,
}) => {
  const way = "left, restored, closed";
  const tab = await begin(way);
  const first = await act(tab);
  // The driver of Firefox may never find its way back into a restored page: it does by itself what is done there.
  const ready = asked(site, "/ready");
  await tab.evaluate(`(addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    for (let n = 6; n <= 8; n++) sojourn.addAction("thing", { n });
    fetch("/ready");
  }), true)`);
  await tab.goto(`${site.origin}/away?bare`);
  await tab.back();
  await ready;
  await tab.close();
  judgeAtOnce(await end(way, sum(first, did(6, 8), { "view /left-restored-closed": 2 })));
});

test("what is done offline comes with the next visit", async ({ begin, end, gate, browserOfEngine }) => {
  const way = "offline, closed, opened again";
  const tab = await begin(way);
  await gate.set("gone");
  await browserOfEngine.offline?.(true);
  expect(await tab.evaluate("navigator.onLine")).toBe(!browserOfEngine.offline);
  await tab.evaluate("(sojourn.addAction('thing', { n: 0 }), true)");
  await rest(tab);
  const last = await act(tab);
  await tab.close();
  await browserOfEngine.offline?.(false);
  await gate.set("open");
  const first = sum(did(0, 0), { "view /offline-closed-opened-again": 1 });
  judge(await end(way, sum(first, last), {}));
});

test("a visit offline that was too short for the database comes with the next one", async ({ begin, end, gate }) => {
  const way = "offline, closed at once";
  const tab = await begin(way);
  await gate.set("gone");
  const things = await act(tab);
  await tab.close();
  await gate.set("open");
  judge(await end(way, sum(things, { "view /offline-closed-at-once": 1 }), {}));
});

test("what an intake that is not well refuses comes with the next visit", async ({ begin, end, gate }) => {
  const way = "503 at close";
  const tab = await begin(way);
  await gate.set("busy");
  await tab.evaluate("(sojourn.addAction('thing', { n: 0 }), true)");
  await rest(tab);
  const last = await act(tab);
  await tab.close();
  // Refused, rather than never asked.
  await expect.poll(() => gate.refused(), { timeout: 2000, intervals: [20] }).toBeGreaterThan(0);
  await gate.set("open");
  const first = sum(did(0, 0), { "view /503-at-close": 1 });
  judge(await end(way, sum(first, last), {}));
});

test("ten reloads in two seconds lose nothing", async ({ selfDriven, open, end }) => {
  const way = "10 reloads in 2 s";
  const { path, ready } = selfDriven(
    way,
    `const n = Number(sessionStorage.loads || 0);
    sessionStorage.loads = n + 1;
    act(2 * n);
    setTimeout(() => {
      act(2 * n + 1);
      if (n < 10) location.reload();
      else fetch("/ready");
    }, 100);`,
  );
  const tab = await open(path);
  await ready;
  await tab.close();
  judgeAtOnce(await end(way, sum(did(0, 21), { [`view ${path}`]: 11 })));
});

test("after kill -9, what is older than a second comes with the next visit", async ({ crash }) => {
  const way = "kill -9 after 1.3 s";
  const script = 'act(1, 2, 3, 4, 5); setTimeout(() => written().then(() => fetch("/ready")), 1300);';
  judge(await crash(way, script, sum(did(1, 5), { [`view /${slug(way)}`]: 1 })));
});

test("killed in the middle of it, only what was done in the last second may be lost", async ({ crash }) => {
  const way = "kill -9 at once";
  const script = `act(1, 2, 3, 4, 5);
    setTimeout(() => written().then(() => {
      act(6, 7, 8);
      fetch("/ready");
    }), 1300);`;
  judge(await crash(way, script, sum(did(1, 5), { [`view /${slug(way)}`]: 1 }), did(6, 8)));
});

test("a tab that the browser discards loses nothing", async ({ engine, selfDriven, driverless, site, collector }) => {
  const way = "discarded, loaded again";
  if (engine !== "chromium") {
    rows.push(`  ${way.padEnd(40)}  not to be had: no driver discards a tab of this browser`);
    return;
  }
  const { path, ready } = selfDriven(
    way,
    `if (document.wasDiscarded) setTimeout(() => fetch("/visited"), 1500);
    else {
      act(1, 2, 3, 4, 5);
      document.addEventListener("visibilitychange", () => setTimeout(() => {
        act(6, 7, 8);
        fetch("/ready");
      }, 300));
      fetch("/begun");
    }`,
  );
  const begun = asked(site, "/begun");
  driverless.start(site.origin + path);
  await begun;
  const tab = await putBehind(driverless, site.origin + path);
  await ready;
  await tab.discard();
  const visit = async () => {
    const visited = asked(site, "/visited");
    await tab.load();
    await visited;
    return tab.leave;
  };
  const things = sum(did(1, 8), { [`view ${path}`]: 1 });
  judge(await follow({ collector, service: slug(way), way, things, visit }));
});
