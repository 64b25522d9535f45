import { actions, createRum, errors, resources } from "@sojourn/rum/modular";
import { sojournVue } from "@sojourn/rum/vue";
import { createApp, h, ref } from "vue";
import { createRouter, createWebHistory, RouterLink, RouterView, useRoute } from "vue-router";
import { options } from "./options.js";

const sojourn = createRum(errors(), actions(), resources());
Object.assign(window, { sojourn });
sojourn.init(options());

const Price = {
  name: "Price",
  render(): never {
    throw new TypeError("no price");
  },
};
const Order = {
  name: "Order",
  setup() {
    const route = useRoute();
    const priced = ref(false);
    const price = () => {
      priced.value = true;
    };
    return () =>
      h("section", [
        h("h1", `Order ${route.params.id}`),
        h("button", { id: "price", onClick: price }, "Price"),
        priced.value ? h(Price) : null,
      ]);
  },
};
const link = (to: string, id: string) => h(RouterLink, { to, id }, () => `Go to ${to}`);
const Shop = {
  name: "Shop",
  render: () =>
    h("main", [
      h("nav", [link("/", "home"), link("/orders/1", "orders-1"), link("/orders/2", "orders-2")]),
      h(RouterView),
    ]),
};
const router = createRouter({
  history: createWebHistory("/app/"),
  routes: [
    { path: "/", component: { name: "Home", render: () => h("h1", "Shop") } },
    { path: "/orders/:id", component: Order, beforeEnter: async () => void (await fetch("/api/order")) },
  ],
});
const root = document.createElement("div");
document.body.append(root);
createApp(Shop).use(router).use(sojournVue({ sojourn, router })).mount(root);
