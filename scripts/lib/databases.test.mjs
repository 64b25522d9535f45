import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { postgres, redis } from "./databases.mjs";
import { temporaryFolder } from "./temporary.mjs";

async function look(files, { env = { PATH: "" }, of = postgres } = {}) {
  const folder = await temporaryFolder(files);
  for (const path of Object.keys(files)) await chmod(join(folder, path), 0o755);
  const lines = [];
  return { found: await of({ env, say: (line) => lines.push(line), folder, install: false }), lines };
}

test("PostgreSQL is found where Debian keeps its programs", async () => {
  const { found, lines } = await look({ "15/bin/initdb": "", "15/bin/postgres": "" });
  expect(found).toBe(true);
  expect(lines).toEqual([]);
});

test("where it is missing, the tests that are skipped are said", async () => {
  const { found, lines } = await look({ "15/bin/psql": "" });
  expect(found).toBe(false);
  expect(lines).toEqual([expect.stringContaining("No tests on PostgreSQL")]);
});

test("Redis is looked for in the PATH", async () => {
  const bin = await temporaryFolder({ "redis-server": "" });
  await chmod(join(bin, "redis-server"), 0o755);
  expect((await look({}, { of: redis, env: { PATH: bin } })).found).toBe(true);
  expect((await look({}, { of: redis })).lines).toEqual([expect.stringContaining("No tests on Redis")]);
});
