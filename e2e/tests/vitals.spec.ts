import { sessionId } from "../fixtures/page.js";
import { expect, soon, test } from "../fixtures/test.js";

test("vitals and their targets are those of the web-vitals attribution build", async ({ tab, site, collector }) => {
  const thrown: string[] = [];
  tab.on("pageerror", (error) => thrown.push(String(error)));
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  await tab.evaluate(async () => {
    const from = "/modules/node_modules/web-vitals/dist/web-vitals.attribution.js";
    const { onCLS, onFCP, onINP, onLCP, onTTFB } = await import(from);
    const theirs: Record<string, unknown> = {};
    Object.assign(window, { theirs });
    const keep = ({ name, value, attribution }: { name: string; value: number; attribution: object }) => {
      theirs[name] = { value, ...attribution };
    };
    const generateTarget = (node: Node | null) =>
      node instanceof Element && node.hasAttribute("id") ? `#${node.getAttribute("id")}` : undefined;
    for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB]) on(keep, { reportAllChanges: true, generateTarget });
  });
  const frames = () =>
    tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  // The form hides its own properties from whoever reads them there.
  await tab.evaluate(async () => {
    const form = `<form id="order"><input type="hidden" name="children"><input type="hidden" name="id">
<div><button type="button" id="slow">Slow</button></div><img id="large" width="400" height="200" alt=""></form>`;
    document.body.insertAdjacentHTML("beforeend", form);
    const image = document.querySelector<HTMLImageElement>("#large");
    if (!image) throw new Error("no image");
    // Noise, since what compresses well is no content.
    const canvas = Object.assign(document.createElement("canvas"), { width: 100, height: 50 });
    const context = canvas.getContext("2d");
    const pixels = context?.createImageData(100, 50);
    if (!context || !pixels) throw new Error("no canvas");
    for (let i = 0; i < pixels.data.length; i++) pixels.data[i] = i % 4 === 3 ? 255 : (i * 2_654_435_761) >>> 24;
    context.putImageData(pixels, 0, 0);
    image.src = canvas.toDataURL();
    await image.decode();
    document.querySelector("#slow")?.addEventListener("click", () => {
      for (const end = performance.now() + 120; performance.now() < end; );
    });
  });
  const theirs = () =>
    tab.evaluate(() => (window as unknown as { theirs: Record<string, Record<string, unknown>> }).theirs);
  await expect.poll(async () => (await theirs()).LCP?.target).toBe("#large");
  await frames();
  await tab.evaluate(() => {
    document.querySelector("#order")?.insertAdjacentHTML("beforebegin", `<div style="height:120px"></div>`);
  });
  await expect.poll(async () => (await theirs()).CLS?.largestShiftTarget).not.toBeUndefined();
  const place = await tab.evaluate(() => document.querySelector("#slow")?.getBoundingClientRect().toJSON());
  await tab.mouse.click(place.x + 5, place.y + 5);
  await expect.poll(async () => (await theirs()).INP?.interactionTarget).toBe("#slow");
  const { CLS, FCP, INP, LCP, TTFB } = await theirs();
  await tab.close();

  const ns = (metric: Record<string, unknown> | undefined) => Math.round(Number(metric?.value) * 1e6);
  await expect
    .poll(async () => (await collector.session(id))?.views[0], soon)
    .toMatchObject({
      first_byte: ns(TTFB),
      first_contentful_paint: ns(FCP),
      largest_contentful_paint: ns(LCP),
      largest_contentful_paint_element_selector: LCP?.target,
      largest_contentful_paint_url: "data:image/png",
      cumulative_layout_shift: Math.round(Number(CLS?.value) * 1e4) / 1e4,
      cumulative_layout_shift_target_selector: CLS?.largestShiftTarget,
      interaction_to_next_paint: ns(INP),
      interaction_to_next_paint_target_selector: INP?.interactionTarget,
      interaction_to_next_paint_type: INP?.interactionType,
    });
  expect(ns(INP)).toBeGreaterThanOrEqual(112e6);
  expect(Number(CLS?.value)).toBeGreaterThan(0);
  expect(thrown).toEqual([]);
});
