import { defineConfig } from "@playwright/test";
import type { EngineName } from "./fixtures/engines/tab.js";

/** `npm test` says which engines this machine has. */
const engines = (process.env.SOJOURN_ENGINES ?? "chromium,firefox,webkit").split(",") as EngineName[];

export default defineConfig<object, { engine: EngineName }>({
  outputDir: "../test-results",
  // Two browsers at once are what two cores carry; more would make the timings tell of the machine.
  workers: 2,
  fullyParallel: true,
  timeout: 30_000,
  retries: 0,
  forbidOnly: true,
  reporter: [["list"]],
  projects: [
    { name: "collector", testDir: "tests" },
    // What the platform decides is shown in each engine, by the same scenarios.
    ...engines.map((engine) => ({ name: engine, testDir: "engines", use: { engine } })),
  ],
});
