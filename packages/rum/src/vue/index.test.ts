// @vitest-environment happy-dom
import { expect, onTestFinished, test, vi } from "vitest";
import { type App, createApp, h } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";
import { setUpErrors } from "../test/errors.js";
import { sojournVue } from "./index.js";

const sdk = () => ({ addError: vi.fn(), setViewName: vi.fn() });
const thrown = new TypeError("no price");
const Price = {
  name: "Price",
  render() {
    throw thrown;
  },
};
const Shop = { name: "Shop", render: () => h(Price) };

function mount(app: App): void {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  app.mount(document.createElement("div"));
  onTestFinished(() => app.unmount());
}

test("an error of a component is recorded with the components around it, and goes on to the application's handler", () => {
  const sojourn = sdk();
  const own = vi.fn();
  const app = createApp(Shop);
  app.config.errorHandler = own;
  app.use(sojournVue({ sojourn }));
  mount(app);
  expect(sojourn.addError.mock.calls).toEqual([
    [thrown, { vue_info: expect.any(String) }, { componentStack: "    at Price\n    at Shop", handled: true }],
  ]);
  expect(own).toHaveBeenCalledTimes(1);
  expect(own.mock.calls[0]?.[0]).toBe(thrown);
});

test("where the application has no handler, the error is unhandled and written on the console", () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  const sojourn = sdk();
  const app = createApp(Shop);
  app.use(sojournVue({ sojourn }));
  mount(app);
  expect(sojourn.addError.mock.calls[0]?.[2]).toMatchObject({ handled: false });
  expect(said).toHaveBeenCalledWith("[sojourn] Vue:", thrown);
});

test("a thrown text is one error, not one more of what is written on the console", () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const { add, kept } = setUpErrors();
  const app = createApp({
    render() {
      throw "no price";
    },
  });
  app.use(sojournVue({ sojourn: { addError: add, setViewName: () => {} } }));
  mount(app);
  expect(kept().map(({ error_message }) => error_message)).toEqual(["no price"]);
});

test("views are named by the pattern of their route; a navigation that failed names none", async () => {
  const sojourn = sdk();
  const none = { render: () => null };
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: "/", component: none },
      { path: "/orders", component: none, children: [{ path: ":id", component: none }] },
      { path: "/closed", component: none, beforeEnter: () => false },
    ],
  });
  const app = createApp(none);
  app.use(router);
  app.use(sojournVue({ sojourn, router }));
  await router.push("/");
  await router.push("/orders/1");
  await router.push("/closed");
  await router.push("/orders/2");
  expect(sojourn.setViewName.mock.calls).toEqual([["/"], ["/orders/:id"], ["/orders/:id"]]);
});
