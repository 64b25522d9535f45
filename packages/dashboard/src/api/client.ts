import type {
  Arrivals,
  Attribution,
  Delivery,
  ErrorDetail,
  ErrorGroup,
  Overhead,
  ResourceGroup,
  Vitals,
} from "./figures.js";
import { readSessionDetail, readSessionPage } from "./read.js";
import type { Page, SessionDetail, SessionItem } from "./types.js";

/** Why there is no answer, in words for people. */
export type Problem =
  /** The collector wants a token. */
  | { kind: "signed-out"; message: string }
  | { kind: "not-found"; message: string }
  /** The collector refused, or could not. */
  | { kind: "refused"; message: string }
  /** Nothing came back. */
  | { kind: "unreachable"; message: string };

export type Answer<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/** What `GET /v1/sessions` can be asked for; empty texts and `undefined` are left out. */
export interface SessionQuery {
  application_id?: string | undefined;
  session_type?: string | undefined;
  user_id?: string | undefined;
  /** Sessions with a view of this group. */
  path_group?: string | undefined;
  browser?: string | undefined;
  os?: string | undefined;
  country?: string | undefined;
  device?: string | undefined;
  has_error?: string | undefined;
  has_frustration?: string | undefined;
  worst_vital?: string | undefined;
  /** Epoch ms, included. */
  from?: number | undefined;
  /** Epoch ms, excluded. */
  to?: number | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** What narrows the figures of a room. */
export interface RoomQuery {
  application_id?: string | undefined;
  session_type?: string | undefined;
  path_group?: string | undefined;
  version?: string | undefined;
  browser?: string | undefined;
  os?: string | undefined;
  country?: string | undefined;
  device?: string | undefined;
  /** Epoch ms, included. */
  from?: number | undefined;
  /** Epoch ms, excluded. */
  to?: number | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export interface Api {
  vitals(query: RoomQuery & { group_by?: string | undefined }, signal: AbortSignal): Promise<Answer<Vitals>>;
  attribution(query: RoomQuery, signal: AbortSignal): Promise<Answer<Attribution>>;
  overhead(query: RoomQuery, signal: AbortSignal): Promise<Answer<Overhead>>;
  /** What reached this collector lately, kept or refused. */
  arrivals(signal: AbortSignal): Promise<Answer<Arrivals>>;
  resources(query: RoomQuery, signal: AbortSignal): Promise<Answer<{ items: readonly ResourceGroup[] }>>;
  errors(query: RoomQuery & ErrorQuery, signal: AbortSignal): Promise<Answer<Page<ErrorGroup>>>;
  error(fingerprint: string, query: RoomQuery, signal: AbortSignal): Promise<Answer<ErrorDetail>>;
  /** Says what is thought of a group of errors. */
  say(
    group: Pick<ErrorGroup, "application_id" | "error_fingerprint">,
    word: { state: string; release?: string },
    signal: AbortSignal,
  ): Promise<Answer<undefined>>;
  delivery(query: RoomQuery, signal: AbortSignal): Promise<Answer<Delivery>>;
  sessions(query: SessionQuery, signal: AbortSignal): Promise<Answer<Page<SessionItem>>>;
  session(id: string, signal: AbortSignal): Promise<Answer<SessionDetail>>;
  /** Exchanges a read token for a cookie. */
  signIn(token: string, signal: AbortSignal): Promise<Answer<undefined>>;
}

export interface ErrorQuery {
  state?: string | undefined;
  sort?: string | undefined;
}

export interface ApiOptions {
  /** Where `sessions` and `sign-in` are, with a slash at the end. */
  base: string;
  fetch?: typeof fetch;
  /** ms until a request that has no answer is given up; 15 s by default. */
  timeout?: number;
}

/**
 * The collector's query API. Nothing here throws: what goes wrong is an answer, too. An answer that did not
 * change since the last one is the same object, so that nothing has to be drawn again.
 */
export function createApi({ base, fetch = globalThis.fetch.bind(globalThis), timeout = 15_000 }: ApiOptions): Api {
  async function ask(path: string, signal: AbortSignal, init: RequestInit = {}): Promise<Answer<string>> {
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
      const response = await fetch(base + path, { ...init, credentials: "same-origin", signal: limit });
      const body = await response.text();
      return response.ok ? { ok: true, value: body } : { ok: false, problem: problemOf(response.status, body) };
    } catch {
      return { ok: false, problem: { kind: "unreachable", message: "The collector does not answer." } };
    }
  }

  function reader<T>(read: (body: unknown) => T | undefined): (answer: Answer<string>) => Answer<T> {
    let last: { text: string; answer: Answer<T> } | undefined;
    return (answer) => {
      if (!answer.ok) return answer;
      if (last?.text === answer.value) return last.answer;
      const value = read(parse(answer.value));
      if (value === undefined) {
        return { ok: false, problem: { kind: "refused", message: "The collector's answer could not be read." } };
      }
      last = { text: answer.value, answer: { ok: true, value } };
      return last.answer;
    };
  }

  const asPage = reader((body) => (body === undefined ? undefined : readSessionPage(body)));
  const asDetail = reader(readSessionDetail);
  // The collector vouches for the shape; what is in its texts is shown as text.
  const given = <T>() => reader((body) => body as T | undefined);
  const [asArrivals, asAttribution, asOverhead] = [given<Arrivals>(), given<Attribution>(), given<Overhead>()];
  const [asVitals, asResources, asErrors, asError, asDelivery] = [
    given<Vitals>(),
    given<{ items: ResourceGroup[] }>(),
    given<Page<ErrorGroup>>(),
    given<ErrorDetail>(),
    given<Delivery>(),
  ];

  return {
    sessions: async (query, signal) => asPage(await ask(`sessions${queryString(query)}`, signal)),
    session: async (id, signal) => asDetail(await ask(`sessions/${encodeURIComponent(id)}`, signal)),
    attribution: async (query, signal) => asAttribution(await ask(`attribution${queryString(query)}`, signal)),
    overhead: async (query, signal) => asOverhead(await ask(`overhead${queryString(query)}`, signal)),
    arrivals: async (signal) => asArrivals(await ask("arrivals", signal)),
    vitals: async (query, signal) => asVitals(await ask(`vitals${queryString(query)}`, signal)),
    resources: async (query, signal) => asResources(await ask(`resources${queryString(query)}`, signal)),
    errors: async (query, signal) => asErrors(await ask(`errors${queryString(query)}`, signal)),
    error: async (fingerprint, query, signal) =>
      asError(await ask(`errors/${encodeURIComponent(fingerprint)}${queryString(query)}`, signal)),
    delivery: async (query, signal) => asDelivery(await ask(`delivery${queryString(query)}`, signal)),
    async say({ application_id, error_fingerprint }, word, signal) {
      const path = `errors/${encodeURIComponent(error_fingerprint)}${queryString({ application_id })}`;
      const answer = await ask(path, signal, {
        method: "PATCH",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(word),
      });
      return answer.ok ? { ok: true, value: undefined } : answer;
    },
    async signIn(token, signal) {
      const answer = await ask("sign-in", signal, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ token }),
      });
      return answer.ok ? { ok: true, value: undefined } : answer;
    },
  };
}

function queryString(query: object): string {
  const known = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  return known.length === 0 ? "" : `?${new URLSearchParams(known.map(([name, value]) => [name, String(value)]))}`;
}

function problemOf(status: number, body: string): Problem {
  const message = messageOf(parse(body)) ?? `The collector answered ${status}.`;
  if (status === 401) return { kind: "signed-out", message };
  if (status === 404) return { kind: "not-found", message };
  return { kind: "refused", message };
}

/** The text of `{"error":{"message", "field"?}}`. */
function messageOf(body: unknown): string | undefined {
  const error = (body as { error?: { message?: unknown; field?: unknown } } | null | undefined)?.error;
  if (typeof error?.message !== "string") return undefined;
  return typeof error.field === "string" ? `${error.field}: ${error.message}` : error.message;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
