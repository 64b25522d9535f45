import { defineConfig } from "@playwright/test";

export default defineConfig({
  outputDir: "../../test-results",
  testDir: ".",
  workers: 2,
  fullyParallel: true,
  timeout: 60_000,
  retries: 0,
  forbidOnly: true,
  reporter: [["list"]],
});
