import { expect, finalId, test } from "../fixtures/engine-test.js";

const soon = { timeout: 5000, intervals: [50] };

/** The library beside us; a key takes its time. */
const HEAD = `<script type="module">
import { onCLS, onFCP, onINP, onLCP, onTTFB } from "/modules/node_modules/web-vitals/dist/web-vitals.attribution.js";
window.theirs = {};
const keep = ({ name, value, navigationType, attribution }) => {
  theirs[name] = { value, navigationType, ...attribution };
};
for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB]) on(keep, { reportAllChanges: true });
addEventListener("keydown", () => { for (const end = performance.now() + 120; performance.now() < end; ); });
</script>`;
const PATH = `/?${new URLSearchParams({ head: HEAD })}`;

type Told = Record<string, Record<string, number | string> | undefined>;
/** As JSON, without the elements and entries that it also has. */
const THEIRS = `JSON.parse(JSON.stringify(window.theirs || {}, (key, value) => /Entr|^processed|Script/.test(key) ? undefined : value))`;
const FRAMES =
  "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 100, true))))";
const tells = (type: string) => `PerformanceObserver.supportedEntryTypes.includes("${type}")`;
const TELLS_INTERACTIONS = `"interactionId" in (self.PerformanceEventTiming || Object).prototype`;

test("vitals are those of the web-vitals library, and absent where the engine tells it of none", async ({
  open,
  collector,
  engine,
}) => {
  const tab = await open(PATH);
  const id = await finalId(tab);
  const theirs = () => tab.evaluate<Told>(THEIRS);
  await expect.poll(async () => Boolean((await theirs()).FCP), soon).toBe(true);
  await tab.evaluate(FRAMES);
  await tab.evaluate(`(document.body.insertAdjacentHTML("afterbegin", '<div style="height:120px"></div>'), true)`);
  await tab.evaluate(FRAMES);
  await tab.press("#field", "a");
  const told = {
    CLS: await tab.evaluate<boolean>(tells("layout-shift")),
    INP: await tab.evaluate<boolean>(TELLS_INTERACTIONS),
    LCP: await tab.evaluate<boolean>(tells("largest-contentful-paint")),
  };
  for (const [name, is] of Object.entries(told)) {
    await expect.poll(async () => Number((await theirs())[name]?.value) > 0, soon).toBe(is);
  }
  if (engine === "chromium") expect(told).toEqual({ CLS: true, INP: true, LCP: true });
  const { CLS, FCP, INP, LCP, TTFB } = await theirs();
  await tab.evaluate("sojourn.flush().then(() => true)");

  const ns = (metric: Told[string]) => metric && Math.round(Number(metric.value) * 1e6);
  const view = async () => {
    const view = (await collector.session(id))?.views[0] ?? {};
    return [
      view.first_byte,
      view.first_contentful_paint,
      view.largest_contentful_paint,
      view.cumulative_layout_shift,
      view.interaction_to_next_paint,
      view.interaction_to_next_paint_type,
    ];
  };
  await expect
    .poll(view, soon)
    .toEqual([
      ns(TTFB),
      ns(FCP),
      ns(LCP),
      CLS && Math.round(Number(CLS.value) * 1e4) / 1e4,
      ns(INP),
      INP && "keyboard",
    ]);
  expect(INP?.interactionType).toBe(INP && "keyboard");
});

test("a page from the back/forward cache has the vitals that the library tells of it", async ({
  open,
  site,
  collector,
}) => {
  const tab = await open(PATH);
  const id = await finalId(tab);
  await tab.evaluate("(window.mark = 42, true)");
  await tab.goto(`${site.origin}/two`);
  await finalId(tab);
  await tab.back();
  await expect.poll(() => tab.evaluate("window.mark || 0"), soon).toBe(42);
  const theirs = () => tab.evaluate<Told>(THEIRS);
  await expect.poll(async () => (await theirs()).FCP?.navigationType, soon).toBe("back-forward-cache");
  await tab.evaluate(FRAMES);
  const told = await theirs();
  await tab.evaluate("sojourn.flush().then(() => true)");
  const names = { first_contentful_paint: "FCP", largest_contentful_paint: "LCP", cumulative_layout_shift: "CLS" };
  const restored = async () =>
    (await collector.session(id))?.views.find(({ view_loading_type }) => view_loading_type === "bf_cache");
  await expect.poll(async () => (await restored())?.first_contentful_paint, soon).toBeGreaterThan(0);
  const view = await restored();
  for (const [field, name] of Object.entries(names)) {
    expect(view?.[field] !== undefined, field).toBe(told[name]?.navigationType === "back-forward-cache");
  }
});
