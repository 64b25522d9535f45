import { sessionId } from "../fixtures/page.js";
import { picture } from "../fixtures/picture.js";
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

  const ns = (metric: Record<string, unknown> | undefined, part = "value") => Math.round(Number(metric?.[part]) * 1e6);
  await expect
    .poll(async () => (await collector.session(id))?.views[0], soon)
    .toMatchObject({
      first_byte: ns(TTFB),
      first_contentful_paint: ns(FCP),
      largest_contentful_paint: ns(LCP),
      largest_contentful_paint_element_selector: LCP?.target,
      largest_contentful_paint_url: "data:image/png",
      largest_contentful_paint_load_delay: ns(LCP, "resourceLoadDelay"),
      largest_contentful_paint_load_time: ns(LCP, "resourceLoadDuration"),
      largest_contentful_paint_render_delay: ns(LCP, "elementRenderDelay"),
      cumulative_layout_shift: Math.round(Number(CLS?.value) * 1e4) / 1e4,
      cumulative_layout_shift_target_selector: CLS?.largestShiftTarget,
      cumulative_layout_shift_time: ns(CLS, "largestShiftTime"),
      cumulative_layout_shift_load_state: CLS?.loadState,
      interaction_to_next_paint: ns(INP),
      interaction_to_next_paint_target_selector: INP?.interactionTarget,
      interaction_to_next_paint_type: INP?.interactionType,
      interaction_to_next_paint_time: ns(INP, "interactionTime"),
      interaction_to_next_paint_input_delay: ns(INP, "inputDelay"),
      interaction_to_next_paint_processing_duration: ns(INP, "processingDuration"),
      interaction_to_next_paint_presentation_delay: ns(INP, "presentationDelay"),
      interaction_to_next_paint_load_state: INP?.loadState,
      vitals_definition: expect.stringMatching(/^web-vitals@\d+\.\d+\+soft$/),
    });
  expect(ns(INP, "processingDuration")).toBeGreaterThanOrEqual(100e6);
  expect(ns(INP)).toBeGreaterThanOrEqual(112e6);
  expect(Number(CLS?.value)).toBeGreaterThan(0);
  expect(thrown).toEqual([]);
});

test("the parts of a paint are those of the attribution build, for an image that had to be fetched", async ({
  tab,
  site,
  collector,
}) => {
  const head = encodeURIComponent(`<script type="module">
    import { onLCP } from "/modules/node_modules/web-vitals/dist/web-vitals.attribution.js";
    onLCP(({ value, attribution }) => { window.theirs = { value, ...attribution }; }, { reportAllChanges: true });
    addEventListener("DOMContentLoaded", () => {
      const style = "display:block;width:800px;height:500px";
      const image = Object.assign(new Image(), { src: "/large.png", id: "large" });
      image.style = style;
      document.body.prepend(image);
    });
  </script>`);
  await tab.route("**/large.png", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    await route.fulfill({ body: picture(), contentType: "image/png" });
  });
  await tab.goto(`${site.origin}/?head=${head}`);
  const id = await sessionId(tab);
  const theirs = () => tab.evaluate(() => (window as unknown as { theirs: Record<string, unknown> }).theirs);
  await expect.poll(async () => (await theirs())?.target).toBe("#large");
  const { value, resourceLoadDelay, resourceLoadDuration, elementRenderDelay } = (await theirs()) as Record<
    string,
    number
  >;
  await tab.close();
  const ns = (ms: number | undefined) => Math.round(Number(ms) * 1e6);
  expect(resourceLoadDuration).toBeGreaterThan(90);
  await expect
    .poll(async () => (await collector.session(id))?.views[0], soon)
    .toMatchObject({
      largest_contentful_paint: ns(value),
      largest_contentful_paint_load_delay: ns(resourceLoadDelay),
      largest_contentful_paint_load_time: ns(resourceLoadDuration),
      largest_contentful_paint_render_delay: ns(elementRenderDelay),
    });
});

test("where the browser sees a route change as a navigation, its vitals are those of the route's view", async ({
  tab,
  site,
  collector,
}) => {
  await tab.goto(`${site.origin}/`);
  const id = await sessionId(tab);
  await tab.evaluate(async () => {
    const from = "/modules/node_modules/web-vitals/dist/web-vitals.attribution.js";
    const { onCLS, onFCP, onINP, onLCP } = await import(from);
    const theirs: Record<string, unknown> = {};
    Object.assign(window, { theirs });
    type Metric = { name: string; value: number; navigationType: string; navigationURL: string; attribution: object };
    const keep = ({ name, value, navigationType, navigationURL, attribution }: Metric) => {
      theirs[`${name} ${new URL(navigationURL).pathname}`] = { value, navigationType, ...attribution };
    };
    for (const on of [onCLS, onFCP, onINP, onLCP]) on(keep, { reportAllChanges: true, reportSoftNavs: true });
    let page = 0;
    document.querySelector("#buy")?.addEventListener("click", async () => {
      await fetch("/api/cart");
      history.pushState({}, "", `/route-${++page}?page=${page}`);
      const heading = document.querySelector("h1");
      if (heading) heading.innerHTML = `<p>${`Route ${page} `.repeat(40 * page)}</p>`;
    });
  });
  const theirs = () =>
    tab.evaluate(() => (window as unknown as { theirs: Record<string, Record<string, unknown>> }).theirs);
  await tab.click("#buy");
  await expect.poll(async () => (await theirs())["LCP /route-1"]?.navigationType).toBe("soft-navigation");
  await tab.click("#buy");
  await expect.poll(async () => (await theirs())["LCP /route-2"]?.navigationType).toBe("soft-navigation");
  // The first route's only interaction was the one that led to the second.
  await expect.poll(async () => Object.keys(await theirs())).toContain("INP /route-1");
  const told = await theirs();
  await tab.close();

  const ns = (name: string, part = "value") => Math.round(Number(told[name]?.[part]) * 1e6);
  const views = async () => (await collector.session(id))?.views ?? [];
  await expect.poll(async () => (await views()).length, soon).toBe(3);
  const [load, first, second] = await views();
  expect(load).toMatchObject({
    view_path: "/",
    largest_contentful_paint: ns("LCP /"),
    interaction_to_next_paint: ns("INP /"),
  });
  expect(load?.soft_navigation).toBeFalsy();
  for (const [view, path] of [
    [first, "/route-1"],
    [second, "/route-2"],
  ] as const) {
    expect(view).toMatchObject({
      view_path: path,
      view_loading_type: "route_change",
      soft_navigation: true,
      first_contentful_paint: ns(`FCP ${path}`),
      first_contentful_paint_load_state: "complete",
      largest_contentful_paint: ns(`LCP ${path}`),
      largest_contentful_paint_load_delay: ns(`LCP ${path}`, "resourceLoadDelay"),
      largest_contentful_paint_render_delay: ns(`LCP ${path}`, "elementRenderDelay"),
      vitals_definition: load?.vitals_definition,
    });
  }
  expect(first).toMatchObject({ interaction_to_next_paint: ns("INP /route-1") });
});

test("a tab that is looked at again paints late, which is not how long it took to load", async ({
  tab,
  person,
  site,
  collector,
}) => {
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  await tab.evaluate(() => {
    new PerformanceObserver((list) => {
      for (const { startTime } of list.getEntries()) Object.assign(window, { painted: startTime });
    }).observe({ type: "largest-contentful-paint", buffered: true });
  });
  const painted = () => tab.evaluate(() => (window as unknown as { painted?: number }).painted);
  await expect.poll(painted).toBeGreaterThan(0);
  const before = await painted();
  await person.hide();
  await tab.waitForFunction(() => document.visibilityState === "hidden");
  await tab.bringToFront();
  await tab.waitForFunction(() => document.visibilityState === "visible");
  await tab.evaluate(() => {
    document.body.insertAdjacentHTML("afterbegin", `<p style="font-size:60px">${"Large and late ".repeat(20)}</p>`);
  });
  // The browser itself does take it for the largest paint.
  await expect.poll(painted).toBeGreaterThan(Number(before));
  await tab.close();
  const ns = Math.round(Number(before) * 1e6);
  await expect
    .poll(async () => (await collector.session(id))?.views[0], soon)
    .toMatchObject({ largest_contentful_paint: ns, is_active: true });
});

test("a page that loads where nobody sees it has no paint that anybody waited for", async ({
  tab,
  person,
  site,
  collector,
}) => {
  await tab.goto("about:blank");
  await person.hide();
  await tab.waitForFunction(() => document.visibilityState === "hidden");
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  await tab.bringToFront();
  await tab.waitForFunction(() => performance.getEntriesByType("paint").length > 0);
  await tab.click("#buy");
  await tab.close();
  const view = async () => (await collector.session(id))?.views[0];
  await expect.poll(async () => (await view())?.view_action_count, soon).toBe(1);
  expect(await view()).not.toHaveProperty("first_contentful_paint");
  expect(await view()).not.toHaveProperty("largest_contentful_paint");
});

test("what a session that is over still sees changes nothing of it", async ({ tab, site, collector }) => {
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  await tab.evaluate(() => window.sojourn.flush());
  await tab.evaluate(() => {
    window.sojourn.stopSession();
    document.body.insertAdjacentHTML("afterbegin", `<div style="height:200px"></div>`);
    new PerformanceObserver((_list, observer) => {
      Object.assign(window, { shifted: true });
      observer.disconnect();
    }).observe({ type: "layout-shift", buffered: true });
  });
  await tab.waitForFunction(() => (window as unknown as { shifted?: true }).shifted);
  await tab.click("#work");
  const second = await sessionId(tab);
  expect(second).not.toBe(id);
  await tab.close();
  await expect.poll(async () => (await collector.session(second))?.session.session_action_count, soon).toBe(1);
  const [over] = (await collector.session(id))?.views ?? [];
  expect(over).toMatchObject({ is_active: false, cumulative_layout_shift: 0 });
  expect(over).not.toHaveProperty("interaction_to_next_paint");
  const [renewed] = (await collector.session(second))?.views ?? [];
  expect(renewed).toMatchObject({ view_loading_type: "session_renewal" });
  expect(renewed).not.toHaveProperty("cumulative_layout_shift");
});

test("after a return through the back/forward cache the vitals are those of the restored page", async ({
  tab,
  site,
  collector,
}) => {
  await tab.goto(`${site.origin}/one`);
  const id = await sessionId(tab);
  await tab.evaluate(() => Object.assign(window, { mark: 42 }));
  await tab.evaluate(() => location.assign("/two"));
  await tab.waitForURL("**/two");
  await sessionId(tab);
  await tab.goBack({ waitUntil: "commit" });
  await tab.waitForFunction(() => (window as unknown as { mark?: number }).mark === 42);
  const frames = () =>
    tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await frames();
  await tab.evaluate(() => {
    document.body.insertAdjacentHTML("afterbegin", `<div style="height:200px"></div>`);
  });
  await frames();
  await tab.close();
  const views = async () => (await collector.session(id))?.views ?? [];
  await expect.poll(async () => (await views())[2]?.cumulative_layout_shift, soon).toBeGreaterThan(0);
  const [first, , restored] = await views();
  expect(first).toMatchObject({ view_loading_type: "initial_load", is_active: false, cumulative_layout_shift: 0 });
  expect(first?.largest_contentful_paint).not.toBe(restored?.largest_contentful_paint);
  expect(restored).toMatchObject({ view_loading_type: "bf_cache", first_contentful_paint_load_state: "complete" });
  // From the return until it was painted again, not from the load.
  expect(Number(restored?.largest_contentful_paint)).toBeLessThan(1e9);
});
