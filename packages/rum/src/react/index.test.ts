// @vitest-environment happy-dom
import { act, createElement, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { createMemoryRouter } from "react-router";
import { expect, onTestFinished, test, vi } from "vitest";
import { ErrorBoundary, routePattern, trackRouter, useViewName } from "./index.js";

vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);

function render(tree: ReactNode): { show(tree: ReactNode): void; text(): string } {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const container = document.createElement("div");
  const root = createRoot(container);
  onTestFinished(() => act(() => root.unmount()));
  const show = (next: ReactNode) => act(() => root.render(next));
  show(tree);
  return { show, text: () => container.textContent ?? "" };
}

function sdk() {
  return { addError: vi.fn(), setViewName: vi.fn() };
}

const thrown = new TypeError("no price");
function Price(): ReactNode {
  throw thrown;
}
function Odd(): ReactNode {
  throw undefined;
}
function Sometimes({ broken }: { broken(): boolean }): ReactNode {
  if (broken()) throw new Error("not yet");
  return "whole";
}
function Page({ sojourn, name }: { sojourn: ReturnType<typeof sdk>; name?: string }): ReactNode {
  useViewName(sojourn, name);
  return null;
}

test("an error while rendering is recorded once, with the components around it, and something else is shown", () => {
  const sojourn = sdk();
  const boundary = createElement(
    ErrorBoundary,
    { sojourn, context: { area: "cart" }, fallback: ({ error }) => `Sorry: ${error}` },
    createElement(Price),
  );
  const { text } = render(createElement("main", null, "Shop ", boundary));
  expect(text()).toBe("Shop Sorry: TypeError: no price");
  expect(sojourn.addError.mock.calls).toEqual([
    [thrown, { area: "cart" }, { componentStack: expect.stringMatching(/^\s+at Price\b.*\n\s+at ErrorBoundary/) }],
  ]);
});

test("nothing is shown where no fallback is given, even when `undefined` was thrown", () => {
  const sojourn = sdk();
  expect(render(createElement(ErrorBoundary, { sojourn }, createElement(Odd))).text()).toBe("");
  expect(sojourn.addError).toHaveBeenCalledTimes(1);
});

test("a tree that failed can be tried again", () => {
  const sojourn = sdk();
  let broken = true;
  let again = () => {};
  const { text } = render(
    createElement(
      ErrorBoundary,
      {
        sojourn,
        fallback: ({ reset }) => {
          again = reset;
          return "failed";
        },
      },
      createElement(Sometimes, { broken: () => broken }),
    ),
  );
  expect(text()).toBe("failed");
  broken = false;
  act(() => again());
  expect(text()).toBe("whole");
});

test.each([
  [[], undefined],
  [null, undefined],
  [[{ route: { path: "/" } }], "/"],
  [[{ route: {} }, { route: { path: "orders" } }, { route: { path: ":id" } }], "/orders/:id"],
  [[{ route: { path: "/" } }, { route: { path: "orders/" } }, { route: {} }], "/orders"],
  [[{ route: { path: "/orders" } }, { route: { path: "/orders/:id" } }], "/orders/:id"],
  [[{ route: { path: "files" } }, { route: { path: "*" } }], "/files/*"],
])("the pattern of %j is %s", (matches, pattern) => {
  expect(routePattern(matches)).toBe(pattern);
});

test("a data router names each view by its pattern, also the next one at the same pattern, until it is stopped", async () => {
  const sojourn = sdk();
  const router = createMemoryRouter(
    [
      {
        path: "/",
        children: [{ index: true }, { path: "orders", children: [{ path: ":id", loader: async () => null }] }],
      },
    ],
    { initialEntries: ["/"] },
  );
  const stop = trackRouter(router, sojourn);
  await router.navigate("/orders/1");
  await router.navigate("/orders/2");
  await router.revalidate();
  expect(sojourn.setViewName.mock.calls).toEqual([["/"], ["/orders/:id"], ["/orders/:id"]]);
  stop();
  await router.navigate("/");
  expect(sojourn.setViewName).toHaveBeenCalledTimes(3);
});

test("the hook names a view once, and the next one at the same pattern again", () => {
  const sojourn = sdk();
  history.replaceState(null, "", "/orders/1");
  const { show } = render(createElement(Page, { sojourn, name: "/orders/:id" }));
  show(createElement(Page, { sojourn, name: "/orders/:id" }));
  expect(sojourn.setViewName).toHaveBeenCalledTimes(1);
  history.replaceState(null, "", "/orders/2");
  show(createElement(Page, { sojourn, name: "/orders/:id" }));
  show(createElement(Page, { sojourn }));
  expect(sojourn.setViewName.mock.calls).toEqual([["/orders/:id"], ["/orders/:id"]]);
});

test("on a server the import has no effect and the boundary renders its children", async () => {
  const { renderToString } = await import("react-dom/server");
  expect(renderToString(createElement(ErrorBoundary, { sojourn: sdk() }, "whole"))).toBe("whole");
});
