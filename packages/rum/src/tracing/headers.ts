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
 * them. Names in `more` are in lower case, and replace the same names in any case.
 */
export function withHeaders(input: unknown, init: RequestInit | undefined, more: Headers): RequestInit {
  const options: Record<string, unknown> = {};
  // Not `{...init}`: what a Request or another object has of its prototype counts as well.
  for (const key in init) options[key] = init[key as keyof RequestInit];
  // Options of any kind take these from a request.
  if (input instanceof Request && !Object.keys(options).length) {
    options.referrer = input.referrer;
    options.referrerPolicy = input.referrerPolicy;
  }
  const given = headersOf(input, init) ?? {};
  const isList = Symbol.iterator in given;
  const all = [...(isList ? (given as Iterable<string[]>) : Object.entries(given))]
    .filter(([name = ""]) => !more.has(name))
    .concat([...more]) as [string, string][];
  options.headers = Array.isArray(given) ? all : isList ? new Headers(all) : Object.fromEntries(all);
  return options;
}
