// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { requests } from "../requests/index.js";
import { createTestSdk } from "../test/sdk.js";
import { FakeXhr } from "../test/xhr.js";
import { graphql } from "./index.js";

beforeEach(() => vi.stubGlobal("XMLHttpRequest", class extends FakeXhr {}));
afterEach(() => vi.unstubAllGlobals());

const BODY = JSON.stringify({ query: "mutation Buy($p: String!) { buy(p: $p) }", variables: { p: "canary" } });
const BUY = { resource_graphql_operation: "Buy", resource_graphql_type: "mutation" };

function setUp() {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response()));
  const { sdk, start, errors } = createTestSdk();
  start(graphql({ urls: ["/graphql", "https://api.example/v1/graphql"] }));
  const fields: object[] = [];
  sdk.share(requests).started.on((request) => fields.push(request.fields));
  return { fields, errors };
}

test("operations of listed addresses are read from bodies by fetch and XMLHttpRequest, whatever the query", () => {
  const { fields } = setUp();
  void fetch("/graphql?op=1", { method: "POST", body: BODY });
  void fetch(new URL("https://api.example/v1/graphql"), { method: "POST", body: BODY });
  const xhr = new XMLHttpRequest();
  xhr.open("POST", "/graphql");
  xhr.send(BODY);
  expect(fields).toEqual([BUY, BUY, BUY]);
});

test("other addresses, and bodies that are no text, tell nothing", () => {
  const { fields, errors } = setUp();
  void fetch("/graphql/other", { method: "POST", body: BODY });
  void fetch("https://api.example/graphql", { method: "POST", body: BODY });
  void fetch("/graphql", { method: "POST", body: new Blob([BODY]) });
  void fetch(new Request("http://localhost:3000/graphql", { method: "POST", body: BODY }));
  void fetch("/graphql");
  const known = fields.flatMap((one) => Object.values(one)).filter(Boolean);
  expect(fields).toHaveLength(5);
  expect(known).toEqual([]);
  expect(errors).toEqual([]);
});

test("a form with files has its operation in `operations`, and a stored query in its address", () => {
  const { fields } = setUp();
  const form = new FormData();
  form.set("operations", BODY);
  void fetch("/graphql", { method: "POST", body: form });
  void fetch(`/graphql?${new URLSearchParams({ operationName: "Cart", extensions: "{}" })}`);
  void fetch(`/graphql?${new URLSearchParams({ query: "{ cart { id } }" })}`);
  expect(fields).toEqual([
    BUY,
    { resource_graphql_operation: "Cart", resource_graphql_type: undefined },
    { resource_graphql_operation: undefined, resource_graphql_type: "query" },
  ]);
});
