import { join } from "node:path";
import { expect, test } from "vitest";
import { freePort } from "./lib/port.mjs";
import { ROOT } from "./lib/root.mjs";
import { run } from "./lib/run.mjs";
import { takenPort, temporaryFolder } from "./lib/temporary.mjs";

const start = (...args) => run(process.execPath, [join(ROOT, "scripts/start.mjs"), ...args]);

/** A run that was refused said one line, without a stack. */
function expectRefusal({ code, output }, text) {
  expect(output).toMatch(/^sojourn: [^\n]+\n$/);
  expect(output).toContain(text);
  expect(code).toBe(1);
}

test("a taken port is one clear line and exit code 1", async () => {
  const port = await takenPort();
  expectRefusal(await start("--port", String(port)), `port ${port} is taken on 127.0.0.1`);
});

test("a data folder that cannot be made is one clear line and exit code 1", async () => {
  const folder = await temporaryFolder({ file: "" });
  expectRefusal(
    await start("--port", String(await freePort()), "--data", join(folder, "file", "x")),
    "cannot write to the data folder",
  );
});

test("a wrong option is one clear line and exit code 1", async () => {
  expectRefusal(await start("--prot", "8650"), "--prot");
  expectRefusal(await start("--port", "http"), '--port is "http"');
});

test("help names the options and starts nothing", async () => {
  const { code, output } = await start("--help");
  expect(code).toBe(0);
  expect(output).toContain("--port <number>");
});
