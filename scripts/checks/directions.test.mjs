import { expect, test } from "vitest";
import { importProblems, manifestProblems } from "./directions.mjs";

const file = (text, path = "packages/core/src/page/a.ts") => ({ path, text });

test.each([
  ["core", "session"],
  ["core", "collector"],
  ["session", "rum"],
  ["dashboard", "rum"],
  ["collector", "session"],
])("%s must not import %s", (name, used) => {
  expect(importProblems(name, file(`import { x } from "@sojourn/${used}";`))).toHaveLength(1);
  expect(manifestProblems(name, JSON.stringify({ devDependencies: { [`@sojourn/${used}`]: "0.1.0" } }))).toHaveLength(
    1,
  );
});

test.each([
  'export * from "@sojourn/rum";',
  'import "@sojourn/rum";',
  'await import("@sojourn/rum/x");',
  "import type { A } from '@sojourn/rum';",
  'import {\n  a,\n} from "@sojourn/rum";',
  'import.meta.resolve("@sojourn/rum/sojourn.js")',
])("%s is seen", (text) => expect(importProblems("core", file(text))).toHaveLength(1));

test("an import that stands in a text is none", () => {
  expect(importProblems("core", file("const snippet = [\n  'import { init } from \"@sojourn/rum\";',\n];"))).toEqual(
    [],
  );
});

test("the direction that is meant passes", () => {
  expect(
    importProblems("rum", file('import { a } from "@sojourn/session";\nimport { b } from "@sojourn/core/model";')),
  ).toEqual([]);
  expect(manifestProblems("rum", '{"dependencies":{"@sojourn/core":"0.1.0","web-vitals":"6"}}')).toEqual([]);
});

test("a relative import may not leave the sources of its package", () => {
  expect(importProblems("core", file('import { x } from "../../../session/src/x.js";'))).toHaveLength(1);
  expect(importProblems("core", file('import { x } from "../clock.js";'))).toEqual([]);
  expect(importProblems("core", file('import { x } from "../clock.js";', "packages/core/src/a.ts"))).toHaveLength(1);
});
