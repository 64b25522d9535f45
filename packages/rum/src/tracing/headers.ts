/** The headers that a `fetch` is called with: those of its options, else those of its request. `null` fails, as it would have. */
export const headersOf = (input: RequestInfo, init: RequestInit | undefined): HeadersInit | undefined =>
  init?.headers === undefined ? (input as Partial<Request>).headers : init.headers;

/**
 * The options of a `fetch` with more headers, an object's still in one: what else wraps `fetch` may read them. What is there already under one of the names is added to, as the browser does with names that come twice.
 */
export function withHeaders(
  input: RequestInfo,
  init: RequestInit | undefined,
  more: readonly [string, string][],
): RequestInit {
  const options: Record<string, unknown> = {};
  // Not `{...init}`: what a Request or another object has of its prototype counts as well.
  for (const key in init) options[key] = init[key as keyof RequestInit];
  // Options of any kind take these from a request.
  if (input instanceof Request && !Object.keys(options).length) {
    options.referrer = input.referrer;
    options.referrerPolicy = input.referrerPolicy;
  }
  const given = headersOf(input, init) ?? {};
  if (Symbol.iterator in given) options.headers = new Headers([...(given as Headers), ...more]);
  else {
    const headers = { ...given };
    for (const [name, value] of more) headers[name] = name in given ? `${given[name]},${value}` : value;
    options.headers = headers;
  }
  return options;
}
