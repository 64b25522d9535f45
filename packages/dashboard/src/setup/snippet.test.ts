import { expect, test } from "vitest";
import { moduleSnippet, scriptSnippet } from "./snippet.js";

const options = { origin: "https://rum.example", applicationId: "shop", clientToken: "pub-1" };

test("writes a script tag for this collector that survives a blocked file", () => {
  expect(scriptSnippet(options)).toBe(`<script src="https://rum.example/sojourn.js"></script>
<script>
  window.sojourn && sojourn.init({
    applicationId: "shop",
    clientToken: "pub-1",
    endpoint: "https://rum.example/v1/rum",
  });
</script>`);
});

test("writes an import for a bundler", () => {
  expect(moduleSnippet(options)).toContain('import { init } from "@sojourn/rum";');
  expect(moduleSnippet(options)).toContain('  endpoint: "https://rum.example/v1/rum",');
});

test("what is typed cannot end the script element", () => {
  const snippet = scriptSnippet({ ...options, clientToken: '"</script><script>alert(1)' });
  expect(snippet.match(/<\/script>/g)).toHaveLength(2);
});
