import { timingSafeEqual } from "node:crypto";
import { type ClientReaderOptions, createClientReader } from "../client.js";
import type { Authenticated, Authentication, NewToken } from "../flows/authenticate.js";
import type { Created, CreateInput } from "../flows/create.js";
import type { RevokeResult } from "../flows/end.js";
import type { Impersonated } from "../flows/impersonate.js";
import { derive, parseToken } from "../model/token.js";
import type { SessionRegistry } from "../registry.js";
import { type CookieOptions, cookiesOf, readCookie, writeCookie } from "./cookies.js";
import { isOwn, isSafe, originsOf } from "./origin.js";
import { answer, type HttpAnswer, type HttpRequest, limited, notSignedIn, refusal } from "./request.js";

export interface HttpOptions extends ClientReaderOptions {
  /** Origins of one's own pages, such as `https://app.example`: changes are taken from them alone. */
  readonly origins: readonly string[];
  readonly cookies?: CookieOptions;
  /** Cookie of the system before. @default none */
  readonly legacyCookie?: string;
  /** Where the device list is. @default "/sessions" */
  readonly basePath?: string;
}

/** A request and whom it is from. */
export interface Visit {
  /** Undefined unless somebody is signed in. */
  readonly auth: Authenticated | undefined;
  readonly status: Authentication["status"];
  /** `Set-Cookie` headers that belong to the answer, whatever it is. */
  readonly cookies: readonly string[];
  /** Give this in the place of an answer: a change that comes from elsewhere, or too many tokens that are none. */
  readonly refusal: HttpAnswer | undefined;
  /** With `SameSite=None`: what changes must bring as `X-CSRF-Token`. */
  readonly csrf: string | undefined;
}

export type SignInInput = Omit<CreateInput, "client" | "presented">;

export interface HttpSessions {
  read(request: HttpRequest): Promise<Visit>;
  /** After a user proved who it is. Needs one's own origin, or somebody could be signed in as somebody else. */
  signIn(
    request: HttpRequest,
    input: SignInInput,
  ): Promise<{ readonly result: Created; readonly cookies: readonly string[] }>;
  /** The same user again, or a second proof: for what needs a fresh session. */
  prove(
    request: HttpRequest,
    how: "reauthenticate" | "stepUp",
    auth: { readonly method: string },
  ): Promise<{ readonly done: boolean; readonly cookies: readonly string[] }>;
  signOut(request: HttpRequest): Promise<{ readonly cookies: readonly string[] }>;
  /** Acts as a user in this browser, whose own session stays and is back when {@link signOut} or time ends it. */
  impersonate(
    request: HttpRequest,
    input: { readonly userId: string; readonly reason: string; readonly minutes?: number },
  ): Promise<{ readonly result: Impersonated; readonly cookies: readonly string[] }>;
  /** True for a change that one's own pages did not send. */
  isForeign(request: HttpRequest): boolean;
  /** Answers requests below `basePath`; undefined for all others. */
  handle(request: HttpRequest): Promise<HttpAnswer | undefined>;
}

const UID = /^\/([0-9A-HJKMNP-TV-Z]{8})$/;

/** What adapters are made of: cookies, origins and the device list over a registry. */
export function createHttpSessions(registry: SessionRegistry, options: HttpOptions): HttpSessions {
  const cookies = cookiesOf(options.cookies);
  const origins = originsOf(options.origins);
  const { legacyCookie, basePath = "/sessions" } = options;
  if (!/^(?:\/[\w.~-]+)+$/.test(basePath))
    throw new TypeError(`basePath must be like /sessions: ${basePath} was given`);
  const clientOf = createClientReader(options);

  const set = ({ token, maxAge }: NewToken) => writeCookie(cookies.session, token, maxAge, cookies);
  const drop = (name: string) => writeCookie(name, "", 0, cookies);
  const isForeign = (request: HttpRequest) => !isSafe(request) && !isOwn(request, origins);

  interface Presented {
    readonly token: string | undefined;
    /** Cookie that it came in; a header is sent by no browser on its own. */
    readonly cookie: string | undefined;
  }

  /** Of the header that an application sends; else of cookies, what somebody acts with first. */
  function presentedIn(request: HttpRequest): readonly Presented[] {
    const [, bearer] = /^Bearer ([\w.~+/-]{1,512})$/i.exec(request.header("authorization") ?? "") ?? [];
    if (bearer !== undefined) return [{ token: bearer, cookie: undefined }];
    const header = request.header("cookie");
    const names = [cookies.acting, cookies.session, ...(legacyCookie === undefined ? [] : [legacyCookie])];
    const found = names.flatMap((cookie) => {
      const token = readCookie(header, cookie);
      return token ? [{ token, cookie }] : [];
    });
    return found.length > 0 ? found : [{ token: undefined, cookie: undefined }];
  }

  async function read(request: HttpRequest): Promise<Visit> {
    const client = clientOf(request);
    const dropped: string[] = [];
    let last: Visit = { auth: undefined, status: "none", cookies: [], csrf: undefined, refusal: undefined };
    for (const { token, cookie } of presentedIn(request)) {
      if (cookie !== undefined && isForeign(request)) return { ...last, refusal: foreign() };
      const csrf = cookies.sameSite === "None" && cookie !== undefined && token ? csrfOf(token) : undefined;
      if (csrf !== undefined && !isSafe(request) && !isSame(request.header("x-csrf-token"), csrf))
        return { ...last, refusal: refusal(403, "csrf", "The X-CSRF-Token header is missing or wrong.") };
      const auth = await registry.authenticate({ token, client });
      if (auth.status === "active") return visitOf(auth, cookie, csrf, dropped);
      if (auth.status === "limited") return { ...last, status: "limited", refusal: limited(auth.retryAfter) };
      // What is good for nothing goes, so that it is not sent again and again; the old system's is its own.
      if (auth.status === "none" && cookie !== undefined && cookie !== legacyCookie) dropped.push(drop(cookie));
      last = { ...last, status: auth.status, cookies: dropped };
      if (auth.status === "challenge") return last;
    }
    return last;
  }

  function visitOf(
    auth: Authenticated,
    cookie: string | undefined,
    csrf: string | undefined,
    dropped: readonly string[],
  ): Visit {
    const name = cookie === cookies.acting ? cookies.acting : cookies.session;
    const { setToken } = auth;
    const given = cookie !== undefined && setToken ? [writeCookie(name, setToken.token, setToken.maxAge, cookies)] : [];
    // It was dropped as good for nothing, and is given anew.
    const gone = dropped.filter((one) => given.length === 0 || !one.startsWith(`${name}=`));
    const legacy = auth.dropLegacy && legacyCookie !== undefined ? [drop(legacyCookie)] : [];
    const next = csrf !== undefined && setToken ? csrfOf(setToken.token) : csrf;
    return { auth, status: "active", cookies: [...gone, ...given, ...legacy], refusal: undefined, csrf: next };
  }

  async function handle(request: HttpRequest): Promise<HttpAnswer | undefined> {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    if (pathname !== basePath && !pathname.startsWith(`${basePath}/`)) return undefined;
    const path = pathname.slice(basePath.length);
    const route = `${request.method.toUpperCase()} ${path}`;
    if (path === "/report") return report(request, searchParams.get("token"));
    if (route === "POST /sign-out") {
      if (isForeign(request)) return foreign();
      return answer(204, undefined, { cookies: (await signOut(request)).cookies });
    }
    const visit = await read(request);
    if (visit.refusal) return visit.refusal;
    const { auth } = visit;
    if (!auth) return notSignedIn(visit.cookies);
    const done = await routed(request, route, auth, visit);
    return { ...done, cookies: [...visit.cookies, ...done.cookies] };
  }

  async function routed(request: HttpRequest, route: string, auth: Authenticated, visit: Visit): Promise<HttpAnswer> {
    const { userId, session } = auth;
    const by = { session: session.uid };
    if (route === "GET " || route === "GET /") {
      const [items, banners] = await Promise.all([
        registry.list(userId, { current: session.uid }),
        registry.banners(userId, session.uid),
      ]);
      const notices = banners.map(({ kind, entries, count, createdAt }) => ({ kind, entries, count, createdAt }));
      return answer(200, { items, next: null, notices, ...(visit.csrf !== undefined && { csrf: visit.csrf }) });
    }
    if (route === "POST /revoke-others") return revoked(await registry.revokeOthers({ userId, by }));
    const [method = "", path = ""] = route.split(" ");
    const uid = UID.exec(path)?.[1];
    if (uid !== undefined && method === "DELETE") {
      const result = await registry.revoke({ userId, uid, by });
      const isOwn = uid === session.uid && result.status === "ended";
      return isOwn ? { ...revoked(result), cookies: [drop(cookies.session)] } : revoked(result);
    }
    if (uid !== undefined && method === "PATCH") {
      const body = await request.body();
      const label = typeof body === "object" && body !== null && "label" in body ? body.label : undefined;
      if (typeof label !== "string" || label.length > 64)
        return answer(400, {
          error: { code: "bad_request", field: "label", message: "label must be a text of at most 64 characters" },
        });
      return (await registry.rename(userId, uid, label)) ? answer(204) : notFound();
    }
    return notFound();
  }

  async function report(request: HttpRequest, token: string | null): Promise<HttpAnswer> {
    const method = request.method.toUpperCase();
    if (method === "GET" || method === "HEAD") return answer(200, await registry.report.look(token));
    if (method !== "POST") return notFound();
    if (isForeign(request)) return foreign();
    const done = await registry.report.confirm(token);
    return answer(200, done.status === "ended" ? { status: "ended", count: done.count } : done);
  }

  async function signOut(request: HttpRequest): Promise<{ cookies: readonly string[] }> {
    const [first, ...more] = presentedIn(request);
    const legacyToken = [first, ...more].find((one) => one?.cookie !== undefined && one.cookie === legacyCookie)?.token;
    await registry.signOut({ token: first?.token, legacyToken });
    if (first?.cookie === cookies.acting) return { cookies: [drop(cookies.acting)] };
    return { cookies: [drop(cookies.session), ...(legacyCookie === undefined ? [] : [drop(legacyCookie)])] };
  }

  return {
    read,
    handle,
    signOut,
    isForeign,
    async signIn(request, input) {
      const header = request.header("cookie");
      const presented = { token: readCookie(header, cookies.session), device: readCookie(header, cookies.device) };
      const result = await registry.create({ ...input, client: clientOf(request), presented });
      if (result.status === "denied" || result.status === "limited") return { result, cookies: [] };
      const { token, maxAge } = result.device;
      return { result, cookies: [set(result), writeCookie(cookies.device, token, maxAge, cookies)] };
    },
    async prove(request, how, auth) {
      const token = presentedIn(request)[0]?.token;
      const given = await registry[how]({ token, client: clientOf(request), auth });
      return { done: given !== undefined, cookies: given ? [set(given)] : [] };
    },
    async impersonate(request, input) {
      const token = presentedIn(request)[0]?.token;
      const result = await registry.impersonate({ ...input, actor: { token }, client: clientOf(request) });
      if (result.status !== "active") return { result, cookies: [] };
      return { result, cookies: [writeCookie(cookies.acting, result.token, result.maxAge, cookies)] };
    },
  };
}

/** Of the session's own secret, so that nothing else has to be kept, and none outlives it. */
function csrfOf(token: string): string {
  return derive(Buffer.from(parseToken(token)?.secret ?? token), "csrf/v1");
}

function isSame(given: string | undefined, csrf: string): boolean {
  return given !== undefined && given.length === csrf.length && timingSafeEqual(Buffer.from(given), Buffer.from(csrf));
}

const foreign = () => refusal(403, "origin", "This change did not come from this site.");
const notFound = () => refusal(404, "not_found", "There is no such session.");

function revoked(result: RevokeResult): HttpAnswer {
  switch (result.status) {
    case "ended":
      return answer(200, { count: result.count });
    case "limited":
      return limited(result.retryAfter);
    case "reauthenticate":
      return refusal(403, "reauthenticate", "Prove again who you are first.");
    case "step_up":
      return refusal(403, "step_up", "This session is new. Prove who you are with a second factor first.");
    default:
      return notFound();
  }
}
