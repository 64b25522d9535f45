import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests run the sources, not what was built before.
    alias: [
      { find: "@sojourn/core/model", replacement: source("packages/core/src/model/index.ts") },
      { find: "@sojourn/collector/node", replacement: source("packages/collector/src/http/node.ts") },
      { find: "@sojourn/core/test", replacement: source("packages/core/src/test/index.ts") },
      {
        find: /^@sojourn\/(core|client-info|session|rum|collector|collector-client|test-servers)$/,
        replacement: source("packages/$1/src/index.ts"),
      },
    ],
  },
  test: {
    include: [
      "packages/*/src/**/*.test.{ts,tsx}",
      "scripts/**/*.test.mjs",
      "bench/**/*.test.mjs",
      "examples/**/*.test.mjs",
    ],
    environment: "node",
    setupFiles: ["vitest.setup.ts"],
    restoreMocks: true,
    // A busy machine is no failure; what hangs is one all the same.
    testTimeout: 20_000,
    reporters: ["default"],
  },
});
