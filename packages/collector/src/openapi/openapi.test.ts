import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { OWN_PATHS } from "../http/routes.js";
import { DETAILS, LISTS } from "../query/index.js";
import { at, beacon, errorEvent, resourceEvent, viewEvent } from "../testing/beacons.js";
import { type TestCollector, TOKEN, testCollector } from "../testing/collector.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema: Record<string, unknown> }[];
  responses: Record<string, { content?: Record<string, { schema: { $ref: string } }> }>;
  security?: unknown[];
}
type Paths = Record<string, Record<string, Operation>>;

const SERVER_TOKEN = "srv-of-the-shop-1234";
const SERVER_DOCUMENTS = [
  {
    ...{ kind: "connection", connection_id: "c1", instance_id: "i1", version: at(0), transport: "http" },
    ...{ created_at: at(-1000), last_activity_at: at(0), session_id: "s1", user_id: "ann" },
  },
  { kind: "sign_in", event_id: "e1", date: at(-1000), type: "created", user_id: "ann", flags: ["new_country"] },
  { kind: "session_user", session_id: "s1", user_id: "ann", date: at(0) },
];

let collector: TestCollector;
let paths: Paths;
let ajv: Ajv2020;

async function ask(path: string, method = "GET", body?: string, token = "admin-token") {
  const request = new Request(`http://c.test${path}`, {
    method,
    headers: {
      authorization: `Bearer ${path === "/v1/server" && token === "admin-token" ? SERVER_TOKEN : token}`,
      ...(path.startsWith("/v1/rum") && { origin: "https://shop.example" }),
    },
    ...(body !== undefined && { body }),
  });
  const response = await collector.handle(request, { peer: "192.0.2.9" });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return { status: response.status, body: isJson ? JSON.parse(text) : undefined };
}

beforeAll(async () => {
  collector = await testCollector({
    applications: [{ id: "shop", clientToken: TOKEN, origins: ["https://shop.example"], serverToken: SERVER_TOKEN }],
    readTokens: [
      { token: "read-token-1", role: "read" },
      { token: "admin-token", role: "admin" },
    ],
  });
  const events = [
    viewEvent({ largest_contentful_paint: 5_000_000, vitals_definition: "web-vitals@6.2", date: at(-1000) } as never),
    errorEvent({ error_fingerprint: "broke", error_stack: "Error\n    at buy (https://shop.example/a.js:3:9)" }),
    resourceEvent(),
  ];
  await ask("/v1/server", "POST", JSON.stringify({ v: 1, documents: SERVER_DOCUMENTS }));
  await collector.send(beacon({ events }));
  await collector.readSettled("/v1/sessions");
  const { body } = await ask("/v1/openapi.json", "GET", undefined, "nobody's");
  paths = body.paths;
  ajv = new Ajv2020({ strict: false });
  ajv.addSchema(body, "api");
});
afterAll(() => collector.stop());

/** Why an answer is none that the document tells of. */
function faults(path: string, method: string, status: number, body: unknown): unknown {
  const told = paths[path]?.[method]?.responses[status];
  if (!told) return `${method} ${path} tells of no ${status}`;
  const schema = told.content?.["application/json"]?.schema;
  if (!schema) return undefined;
  const validate = ajv.compile({ $ref: `api${schema.$ref}` });
  return validate(body) ? undefined : validate.errors;
}

const REQUESTS: [path: string, method: string, url: string, status: number, body?: string][] = [
  ["/v1/sessions", "get", "/v1/sessions", 200],
  ["/v1/sessions/{id}", "get", "/v1/sessions/s1", 200],
  ["/v1/sessions/{id}", "get", "/v1/sessions/none", 404],
  ["/v1/views", "get", "/v1/views", 200],
  ["/v1/events", "get", "/v1/events", 200],
  ["/v1/errors", "get", "/v1/errors", 200],
  ["/v1/errors/{fingerprint}", "get", "/v1/errors/broke", 200],
  ["/v1/errors/{fingerprint}", "get", "/v1/errors/none", 404],
  ["/v1/errors/{fingerprint}", "patch", "/v1/errors/broke?application_id=shop", 200, '{"state":"ignored"}'],
  ["/v1/errors/{fingerprint}", "patch", "/v1/errors/broke?application_id=shop", 400, "{}"],
  ["/v1/vitals", "get", "/v1/vitals?group_by=path_group", 200],
  ["/v1/vitals", "get", "/v1/vitals", 200],
  ["/v1/attribution", "get", "/v1/attribution", 200],
  ["/v1/overhead", "get", "/v1/overhead", 200],
  ["/v1/resources", "get", "/v1/resources", 200],
  ["/v1/delivery", "get", "/v1/delivery", 200],
  ["/v1/connections", "get", "/v1/connections", 200],
  ["/v1/usage", "get", "/v1/usage", 200],
  ["/v1/signins", "get", "/v1/signins", 200],
  ["/v1/signindays", "get", `/v1/signindays?from=${at(-86_400_000)}`, 200],
  ["/v1/server", "post", "/v1/server", 400, "{}"],
  ["/v1/server", "post", "/v1/server", 204, JSON.stringify({ v: 1, documents: SERVER_DOCUMENTS })],
  ["/v1/server", "post", "/v1/server", 202, JSON.stringify({ v: 1, documents: [{}] })],
  ["/v1/rum", "post", `/v1/rum?client_token=${TOKEN}`, 400, "{}"],
  ["/v1/rum", "post", "/v1/rum?client_token=none", 401, "{}"],
  ["/v1/sign-in", "post", "/v1/sign-in", 200, '{"token":"admin-token"}'],
  ["/v1/sign-in", "post", "/v1/sign-in", 401, '{"token":"somebody"}'],
  ["/v1/sign-out", "post", "/v1/sign-out", 204],
  ["/v1/arrivals", "get", "/v1/arrivals", 200],
  [
    "/v1/sourcemaps",
    "put",
    "/v1/sourcemaps?application_id=shop&release=1&file=a.js",
    201,
    '{"version":3,"sources":["a.ts"],"names":[],"mappings":"AAAA"}',
  ],
  ["/v1/sourcemaps", "put", "/v1/sourcemaps?application_id=shop&release=1&file=a.js", 400, "{}"],
  ["/v1/openapi.json", "get", "/v1/openapi.json", 200],
  ["/healthz", "get", "/healthz", 200],
  ["/readyz", "get", "/readyz", 200],
  ["/metrics", "get", "/metrics", 200],
];

test.each(REQUESTS)("%s %s is answered as the document says (%s: %d)", async (path, method, url, status, body) => {
  const given = await ask(url, method.toUpperCase(), body);
  expect(given.status).toBe(status);
  expect(faults(path, method, status, given.body)).toBeUndefined();
  if (Array.isArray(given.body?.items)) expect(given.body.items).not.toEqual([]);
});

test("an answer that is not as the document says is found", () => {
  expect(faults("/v1/sessions", "get", 200, { items: [{}], next: null })).toHaveLength(1);
  expect(faults("/v1/sessions", "get", 418, {})).toContain("418");
});

test("every endpoint of the document is one of those above, and each that reads says what it takes", async () => {
  const told = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((name) => `${name} ${path}`),
  );
  expect(new Set(REQUESTS.map(([path, method]) => `${method} ${path}`))).toEqual(new Set(told));
  for (const [path, { get }] of Object.entries(paths)) {
    if (!get || get.security?.length === 0) continue;
    const url = path.replace("{id}", "s1").replace("{fingerprint}", "broke");
    expect((await ask(url, "GET", undefined, "somebody")).status).toBe(401);
    if (path === "/metrics" || path === "/v1/arrivals") continue;
    expect(await ask(`${url}?no-such=1`)).toMatchObject({ status: 400, body: { error: { field: "no-such" } } });
    for (const { name, schema } of get.parameters?.filter(({ in: place }) => place === "query") ?? []) {
      const wrong = schema.enum || schema.type !== "string" || name === "cursor" ? "?" : "";
      const { body } = await ask(`${url}?${name}=${encodeURIComponent(wrong)}`);
      expect([name, faults(path, "get", 400, body), body.error?.field]).toEqual([name, undefined, name]);
    }
  }
});

test("every path that answers is in the document, and nothing else", async () => {
  const served = [...Object.keys(LISTS).map((name) => `/v1/${name}`), ...DETAILS, ...OWN_PATHS];
  expect(Object.keys(paths).sort()).toEqual(served.sort());
  expect((await ask("/v1/nothing")).status).toBe(404);
});

test("a method that the document does not tell of is refused, and the answer says which are served", async () => {
  for (const [path, methods] of Object.entries(paths)) {
    if (["/healthz", "/readyz", "/metrics"].includes(path)) continue;
    const url = path.replace("{id}", "s1").replace("{fingerprint}", "broke");
    const headers = { authorization: "Bearer admin-token", origin: "https://shop.example" };
    const response = await collector.handle(new Request(`http://c.test${url}`, { method: "DELETE", headers }));
    expect([path, response.status]).toEqual([path, 405]);
    const allowed = (response.headers.get("allow") ?? "")
      .toLowerCase()
      .split(/, /)
      .filter((name) => name !== "options");
    expect([path, allowed.sort()]).toEqual([path, Object.keys(methods).sort()]);
  }
});
