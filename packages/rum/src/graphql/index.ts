import { requests } from "../requests/index.js";
import type { Feature } from "../sdk.js";
import { describe, readOperation } from "./operation.js";

/**
 * Names and types of GraphQL operations, on the resources of requests to `urls`, which are compared without their query
 * and may be relative: `graphql({ urls: ["/graphql"] })`. They are read from a JSON text that is a request's body, from the
 * `operations` of a form with files, or from the query of the address. The body of a `Request` object cannot be read
 * without disturbing it.
 */
export const graphql = ({ urls }: { urls: readonly string[] }): Feature => ({
  start({ share }) {
    const placeOf = (url: string) => new URL(url, document.baseURI).href.split(/[?#]/)[0];
    const places = urls.map(placeOf);
    share(requests).calling.on(({ request, args, xhr }) => {
      if (!places.includes(placeOf(request.url))) return;
      const given: unknown = xhr ? args[0] : (args[1] as RequestInit | undefined)?.body;
      const body = given instanceof FormData ? given.get("operations") : given;
      const inQuery = Object.fromEntries(new URL(request.url).searchParams);
      Object.assign(request.fields, typeof body === "string" ? readOperation(body) : describe(inQuery));
    });
    return undefined;
  },
});
