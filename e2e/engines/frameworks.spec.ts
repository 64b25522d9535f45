import { createBundler } from "../fixtures/bundle.js";
import { APPLICATION } from "../fixtures/collector.js";
import { expect, finalId, test } from "../fixtures/engine-test.js";

const bundle = createBundler();

test.afterEach(({ site }) => site.own.clear());

for (const application of ["react.ts", "vue.ts"]) {
  test(`${application}: views have the names of routes, and an error of a component is one`, async ({
    open,
    site,
    collector,
  }) => {
    const options = { applicationId: APPLICATION.id, clientToken: APPLICATION.clientToken, endpoint: site.intake };
    const body = `<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,"></head>
<body><script>window.sojournOptions = ${JSON.stringify(options)}</script><script src="/app.js"></script></body></html>`;
    for (const path of ["/app/", "/app/orders/1", "/app/orders/2"]) site.own.set(path, { body });
    site.own.set("/app.js", { body: await bundle(application), headers: { "content-type": "text/javascript" } });

    const tab = await open("/app/");
    const id = await finalId(tab);
    for (const order of ["1", "2"]) {
      await tab.click(`#orders-${order}`);
      await expect.poll(() => tab.evaluate("document.querySelector('h1').textContent")).toBe(`Order ${order}`);
    }
    await tab.click("#price");
    const told = async () => {
      await tab.evaluate("sojourn.flush().then(() => true)");
      const { views = [], events = [] } = (await collector.session(id)) ?? {};
      const names = views.sort((a, b) => Number(a.date) - Number(b.date)).map((view) => view.view_name);
      return [names, events.flatMap((event) => (event.type === "error" ? event.error_message : []))];
    };
    await expect
      .poll(told, { timeout: 5000, intervals: [50] })
      .toEqual([["/", "/orders/:id", "/orders/:id"], ["no price"]]);
  });
}
