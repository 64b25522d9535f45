import fc from "fast-check";
import { expect, test } from "vitest";
import { readOperation } from "./operation.js";

const read = (query: unknown, operationName?: unknown, more?: object) => {
  const found = readOperation(JSON.stringify({ query, operationName, ...more }));
  return [found?.resource_graphql_operation, found?.resource_graphql_type];
};

test.each([
  ["a named query", "query Cart { cart { id } }", ["Cart", "query"]],
  ["a short query", "{ cart { id } }", [undefined, "query"]],
  ["a query without a name", "query ($id: ID!) { cart(id: $id) { id } }", [undefined, "query"]],
  [
    "a mutation",
    "\n  mutation Buy($cart: ID! = 1, $at: In = {a: {b: 2}}) @live { buy(id: $cart) { id } }",
    ["Buy", "mutation"],
  ],
  ["a subscription", "subscription Prices { prices { value } }", ["Prices", "subscription"]],
  [
    "a fragment in front",
    "fragment F on Cart { mutation query X { y } } query Cart { cart { ...F } }",
    ["Cart", "query"],
  ],
  ["a fragment called query", "fragment query on Cart { id } mutation Buy { buy }", ["Buy", "mutation"]],
  ["fields named like operations", "query Cart { mutation { subscription Fake { id } } }", ["Cart", "query"]],
  [
    "words in texts and comments",
    '# mutation Fake\nquery Cart { a(b: "} mutation Fake {", c: """ " } mutation Fake { """) }',
    ["Cart", "query"],
  ],
  ["no document", undefined, [undefined, undefined]],
  ["what is no document", "hello", [undefined, undefined]],
])("%s is recognised", (_what, query, expected) => {
  expect(read(query)).toEqual(expected);
});

test("the operation that is asked for decides where a document has several", () => {
  const document = "query A { a } mutation B { b } subscription C { c }";
  expect(read(document, "B")).toEqual(["B", "mutation"]);
  expect(read(document, "Unknown")).toEqual(["Unknown", undefined]);
});

test("a stored query has its name, and no type", () => {
  const extensions = {
    persistedQuery: { version: 1, sha256Hash: "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38" },
  };
  expect(read(undefined, "Cart", { extensions })).toEqual(["Cart", undefined]);
});

test("of a batch the names are told, and the first one's type", () => {
  const batch = [{ query: "query A { a }" }, { query: "{ b }" }, { operationName: "C", query: "mutation C { c }" }];
  expect(readOperation(JSON.stringify(batch))).toEqual({
    resource_graphql_operation: "A, C",
    resource_graphql_type: "query",
  });
});

test("what is no JSON, or too much of it, is left alone", () => {
  expect(readOperation("query A { a }")).toBeUndefined();
  expect(readOperation('{"query": "{ a }"')).toBeUndefined();
  expect(
    readOperation(JSON.stringify({ query: "query A { a }", variables: { file: "x".repeat(100_000) } })),
  ).toBeUndefined();
  expect(readOperation(JSON.stringify(null))).toBeUndefined();
  expect(read(`query ${"N".repeat(1000)} { a }`)[0]).toHaveLength(512);
});

test("variables are never part of what is told", () => {
  const body = {
    query: "mutation Login($p: String!) { login(p: $p) }",
    variables: { p: "canary", operationName: "canary" },
  };
  expect(JSON.stringify(readOperation(JSON.stringify(body)))).not.toContain("canary");
});

test("any document is read without an error, and in a moment", () => {
  const word = fc.constantFrom(
    "query",
    "mutation",
    "{",
    "}",
    "(",
    ")",
    '"',
    '"""',
    "#",
    "\n",
    "fragment",
    "A",
    " ",
    "$",
    "\\",
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 200 }), (words) => {
      const [name, type] = read(words.join(""));
      expect([undefined, "query", "mutation", "subscription"]).toContain(type);
      expect(typeof name === "string" || name === undefined).toBe(true);
    }),
  );
  const since = performance.now();
  read("{(".repeat(10_000));
  read("query A ".repeat(3000));
  read(`{${'"'.repeat(19_000)}`);
  expect(performance.now() - since).toBeLessThan(500);
});
