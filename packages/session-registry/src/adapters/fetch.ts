import type { Created } from "../flows/create.js";
import { type HttpAnswer, type HttpRequest, jsonOf, MAX_BODY_BYTES } from "../http/request.js";
import { createHttpSessions, type HttpOptions, type SignInInput, type Visit } from "../http/sessions.js";
import type { SessionRegistry } from "../registry.js";

/** Who is at the other end of the connection: a `Request` does not say. */
export interface Peer {
  readonly peer?: string | undefined;
}

export interface FetchSessions {
  /** Whom a request is from. Give its `cookies` with the answer: {@link withCookies}. */
  read(request: Request, from?: Peer): Promise<Visit>;
  /** The device list, below `basePath`; undefined for all other requests. */
  handle(request: Request, from?: Peer): Promise<Response | undefined>;
  /** Signs in whoever proved to be this user; refuses pages of other sites with `undefined`. */
  signIn(
    request: Request,
    input: SignInInput,
    from?: Peer,
  ): Promise<{ readonly result: Created; readonly cookies: readonly string[] } | undefined>;
  signOut(request: Request, from?: Peer): Promise<{ readonly cookies: readonly string[] }>;
}

/** For everything that goes by `Request → Response`: Hono, Deno, Bun, Next.js, workers. */
export function fetchSessions(registry: SessionRegistry, options: HttpOptions): FetchSessions {
  const http = createHttpSessions(registry, options);
  return {
    read: (request, from) => http.read(fromFetch(request, from)),
    async handle(request, from) {
      const answer = await http.handle(fromFetch(request, from));
      return answer && responseOf(answer);
    },
    async signIn(request, input, from) {
      const asked = fromFetch(request, from);
      return http.isForeign(asked) ? undefined : http.signIn(asked, input);
    },
    signOut: (request, from) => http.signOut(fromFetch(request, from)),
  };
}

/** An answer with these cookies added. */
export function withCookies(response: Response, cookies: readonly string[]): Response {
  if (cookies.length === 0) return response;
  const copy = new Response(response.body, response);
  for (const cookie of cookies) copy.headers.append("set-cookie", cookie);
  return copy;
}

function fromFetch(request: Request, { peer }: Peer = {}): HttpRequest {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    url: `${pathname}${search}`,
    peer,
    header: (name) => request.headers.get(name) ?? undefined,
    body: async () => jsonOf((await textOf(request)) ?? ""),
  };
}

/** The body, or nothing when it is longer than may be. */
async function textOf(request: Request): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function responseOf({ status, headers, cookies, body }: HttpAnswer): Response {
  return withCookies(new Response(body === "" ? null : body, { status, headers: { ...headers } }), cookies);
}
