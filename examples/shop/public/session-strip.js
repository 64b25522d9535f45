// @ts-check
import { byId, h } from "./dom.js";

/** Tells the visitor which session this visit is, and where to see it. */
export function startSessionStrip() {
  const strip = byId("session-strip");
  let shown = "";

  function show() {
    const id = /** @type {any} */ (window).sojourn?.getSession()?.id ?? "";
    if (id === shown && strip.childNodes.length > 0) return;
    shown = id;
    if (id === "") strip.replaceChildren("This visit is not measured: the SDK is not loaded or has no session.");
    else {
      strip.replaceChildren(
        h("span", {}, "This visit is session ", h("code", { id: "session-id" }, id)),
        h(
          "a",
          { id: "session-link", href: `/dashboard/#/sessions/${encodeURIComponent(id)}`, target: "sojourn" },
          "See it live →",
        ),
      );
    }
  }

  // A session begins or changes by what a visitor does, so that is when to look.
  show();
  for (const type of ["click", "keydown", "visibilitychange", "pageshow"])
    addEventListener(type, () => setTimeout(show));
}
