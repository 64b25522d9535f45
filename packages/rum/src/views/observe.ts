import type { Scope } from "@sojourn/core";
import { patchMethod } from "../patch.js";

/** The part of the Navigation API that is used. https://html.spec.whatwg.org/#navigation-api */
interface NavigationLike extends EventTarget {
  readonly currentEntry: unknown;
}

/**
 * Calls `onUrl` after the address of this document changed: `pushState`, `replaceState`, back and forward, fragments.
 * Where the Navigation API exists, `history` stays untouched.
 */
export function observeUrl(scope: Scope, onUrl: () => void): void {
  const { navigation } = globalThis as { navigation?: NavigationLike };
  if (navigation?.currentEntry) {
    scope.listen(navigation, ["currententrychange"], onUrl);
    return;
  }
  for (const method of ["pushState", "replaceState"] as const) {
    // Frameworks put a method of their own on the object, above the prototype's or instead of it.
    const target = Object.getOwnPropertyDescriptor(history, method) ? history : History.prototype;
    scope.add(
      patchMethod(target, method, scope.report, () => ({
        returned: onUrl,
      })),
    );
  }
  scope.listen(window, ["popstate", "hashchange"], onUrl);
}

/** What makes an address another view: the path, and a path in the fragment (`#/cart`) where one is used as a route. */
export function routeOf({ pathname, hash }: Location | URL): string {
  const [fragment = ""] = hash.split("?");
  return fragment.startsWith("#/") || fragment.startsWith("#!") ? pathname + fragment : pathname;
}
