/** The paths that are answered whatever they are asked, beside the query API's. The published description tells of all. */
export const OWN_PATHS = [
  "/v1/rum",
  "/v1/server",
  "/v1/sign-in",
  "/v1/sign-out",
  "/v1/arrivals",
  "/v1/sourcemaps",
  "/v1/openapi.json",
  "/healthz",
  "/readyz",
  "/metrics",
] as const;

export type OwnPath = (typeof OWN_PATHS)[number];

export function isOwnPath(pathname: string): pathname is OwnPath {
  return (OWN_PATHS as readonly string[]).includes(pathname);
}
