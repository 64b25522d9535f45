/** Headers as a `fetch` is given them. */
type Given = HeadersInit | undefined;

/** The headers that a `fetch` is called with: those of its options, else those of its request. */
export function headersOf(input: unknown, init: RequestInit | undefined): Given {
  // Not `??`: what is no list of headers must fail as it would have.
  if (init?.headers !== undefined) return init.headers;
  return input instanceof Request ? input.headers : undefined;
}

/**
 * The options of a `fetch` with more headers, in the shape that the page gave them in: what else wraps `fetch` may read
 * them. What is there already under one of the names is added to, as the browser does with names that come twice.
 */
export function withHeaders(
  input: unknown,
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
  if (Array.isArray(given)) options.headers = [...given, ...more];
  else if (Symbol.iterator in given) options.headers = new Headers([...(given as Headers), ...more]);
  else {
    const headers = { ...given };
    for (const [name, value] of more) headers[name] = name in given ? `${given[name]},${value}` : value;
    options.headers = headers;
  }
  return options;
}
