import { sojourn } from "@sojourn/rum";
import { ErrorBoundary, trackRouter } from "@sojourn/rum/react";
import { createElement as h, type ReactNode, useState } from "react";
import { createRoot } from "react-dom/client";
import { createBrowserRouter, Link, Outlet, RouterProvider, useParams } from "react-router";
import { options } from "./options.js";

Object.assign(window, { sojourn });
sojourn.init(options());

function Price(): ReactNode {
  throw new TypeError("no price");
}

function Order(): ReactNode {
  const { id } = useParams();
  const [priced, setPriced] = useState(false);
  return h(
    "section",
    null,
    h("h1", null, `Order ${id}`),
    h("button", { id: "price", type: "button", onClick: () => setPriced(true) }, "Price"),
    h(ErrorBoundary, { sojourn, fallback: h("p", { id: "sorry" }, "Sorry") }, priced ? h(Price) : null),
  );
}

const link = (to: string) => h(Link, { to, id: to.slice(1).replace("/", "-") || "home" }, `Go to ${to}`);
const Shop = (): ReactNode =>
  h("main", null, h("nav", null, link("/"), link("/orders/1"), link("/orders/2")), h(Outlet));

const router = createBrowserRouter(
  [
    {
      path: "/",
      Component: Shop,
      children: [
        { index: true, element: h("h1", null, "Shop") },
        { path: "orders", children: [{ path: ":id", loader: () => fetch("/api/order"), Component: Order }] },
      ],
    },
  ],
  { basename: "/app" },
);
trackRouter(router, sojourn);
const root = document.createElement("div");
document.body.append(root);
createRoot(root).render(h(RouterProvider, { router }));
