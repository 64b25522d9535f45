export { ErrorBoundary, type ErrorBoundaryProps } from "./boundary.js";
export { type DataRouter, type RouteMatch, routePattern, trackRouter, useViewName } from "./router.js";
