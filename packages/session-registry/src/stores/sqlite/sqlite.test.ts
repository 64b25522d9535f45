import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { describeStore } from "../../testing/conformance.js";
import { openSqliteStore } from "./index.js";

describeStore("sqlite", async (clock) => {
  const folder = await mkdtemp(join(tmpdir(), "sojourn-registry-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return openSqliteStore({ path: join(folder, "registry.db"), now: () => clock.now });
});
