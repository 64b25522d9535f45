import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "tests",
  outputDir: "../test-results",
  // Two browsers at once are what two cores carry; more would make the timings tell of the machine.
  workers: 2,
  fullyParallel: true,
  timeout: 30_000,
  retries: 0,
  forbidOnly: true,
  reporter: [["list"]],
});
