import { expect, test } from "vitest";
import { sessionRow } from "../testing.js";
import { createApi } from "./client.js";

const never = new AbortController().signal;

function collector(answer: (url: URL, init: RequestInit | undefined) => Response | Promise<Response>) {
  const asked: { url: URL; init: RequestInit | undefined }[] = [];
  const api = createApi({
    base: "http://collector.example/v1/",
    fetch: async (input, init) => {
      const url = new URL(String(input));
      asked.push({ url, init });
      init?.signal?.throwIfAborted();
      return answer(url, init);
    },
  });
  return { api, asked };
}

test("asks for sessions with what was given, and only that", async () => {
  const { api, asked } = collector(() => Response.json({ items: [], next: null }));
  await api.sessions({ from: 5, to: undefined, user_id: "a&b", session_type: "", limit: 50 }, never);
  await api.sessions({}, never);
  expect(asked.map(({ url }) => url.pathname + url.search)).toEqual([
    "/v1/sessions?from=5&user_id=a%26b&limit=50",
    "/v1/sessions",
  ]);
});

test("escapes the id of a session", async () => {
  const { api, asked } = collector(() => Response.json({ error: { message: "no" } }, { status: 404 }));
  await api.session("../sign-in?x", never);
  expect(asked[0]?.url.pathname).toBe("/v1/sessions/..%2Fsign-in%3Fx");
});

test("gives the same object while the answer stays the same", async () => {
  let count = 1;
  const { api } = collector(() => Response.json({ items: [sessionRow({ session_view_count: count })], next: null }));
  const first = await api.sessions({}, never);
  expect(await api.sessions({}, never)).toBe(first);
  count = 2;
  expect(await api.sessions({}, never)).not.toBe(first);
});

test.each([
  [401, { error: { code: "unauthorized", message: "A token is needed." } }, "signed-out", "A token is needed."],
  [404, { error: { code: "not_found", message: "No such session." } }, "not-found", "No such session."],
  [400, { error: { code: "bad", message: "must be epoch ms", field: "from" } }, "refused", "from: must be epoch ms"],
  [503, "<html>", "refused", "The collector answered 503."],
  [200, "<html>", "refused", "The collector's answer could not be read."],
])("turns an answer of %d into words", async (status, body, kind, message) => {
  const { api } = collector(() => new Response(typeof body === "string" ? body : JSON.stringify(body), { status }));
  expect(await api.session("x", never)).toEqual({ ok: false, problem: { kind, message } });
  if (status !== 200 || typeof body === "string") {
    expect(await api.sessions({}, never)).toEqual({ ok: false, problem: { kind, message } });
  }
});

test("says that the collector does not answer", async () => {
  const { api } = collector(() => Promise.reject(new TypeError("Failed to fetch")));
  expect(await api.sessions({}, never)).toMatchObject({ ok: false, problem: { kind: "unreachable" } });
});

test("posts the token to sign in, and takes an empty answer", async () => {
  const { api, asked } = collector(() => new Response(null, { status: 204 }));
  expect(await api.signIn("secret", never)).toEqual({ ok: true, value: undefined });
  expect(asked[0]?.url.pathname).toBe("/v1/sign-in");
  expect(asked[0]?.init).toMatchObject({ method: "POST", body: '{"token":"secret"}', credentials: "same-origin" });
});
