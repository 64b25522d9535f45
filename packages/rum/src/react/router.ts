import { useEffect, useRef } from "react";
import type { ViewMethods } from "../views/calls.js";

type Namer = Pick<ViewMethods, "setViewName">;

/** A route that matches, as React Router hands it out: `matchRoutes()`, `router.state.matches`. */
export interface RouteMatch {
  readonly route: { readonly path?: string | undefined };
}

/** The part of a data router of React Router 6.4 to 7 that is used: what `createBrowserRouter()` makes, and its kin. */
export interface DataRouter {
  readonly state: { readonly location: object; readonly matches: readonly RouteMatch[] };
  subscribe(told: (state: DataRouter["state"]) => void): () => void;
}

/** The pattern of the routes that match, from the outermost to the innermost: `/orders/:id`. `undefined` without any. */
export function routePattern(matches: readonly RouteMatch[] | null | undefined): string | undefined {
  if (!matches?.length) return undefined;
  let pattern = "";
  for (const { route } of matches) {
    const { path = "" } = route;
    // An absolute path below others repeats theirs.
    pattern = path.startsWith("/") ? path : `${pattern}/${path}`;
    pattern = pattern.replace(/\/+$/, "");
  }
  return pattern || "/";
}

/** Names each view by the route that it shows, such as `/orders/:id`. The answer stops that. */
export function trackRouter(router: DataRouter, sojourn: Namer): () => void {
  let last: object | undefined;
  function name({ location, matches }: DataRouter["state"]): void {
    // A router tells of loading and of answers of forms too.
    if (location === last) return;
    last = location;
    const pattern = routePattern(matches);
    if (pattern) sojourn.setViewName(pattern);
  }
  name(router.state);
  return router.subscribe(name);
}

/**
 * Names the view, where there is no data router: `useViewName(sojourn, routePattern(matchRoutes(routes, useLocation())))`.
 * The component must render whenever the location changes, as one does that uses `useLocation()` or `useParams()`.
 * Without a name the view keeps what it has.
 */
export function useViewName(sojourn: Namer, name: string | undefined): void {
  const last = useRef("");
  useEffect(() => {
    // The same pattern at another address is another view.
    const now = `${name} ${location.href}`;
    if (name === undefined || now === last.current) return;
    last.current = now;
    sojourn.setViewName(name);
  });
}
