import { expect, test } from "vitest";
import { run } from "./run.mjs";

const script = (text) => [process.execPath, ["-e", text]];

test("gives the exit code and what was written to both outputs", async () => {
  const finished = await run(...script("console.log('out'); console.error('err'); process.exitCode = 3"));
  expect(finished.code).toBe(3);
  expect(finished.output).toContain("out\n");
  expect(finished.output).toContain("err\n");
});

test("keeps the end of an output that is long", async () => {
  const { output } = await run(...script("process.stdout.write('x'.repeat(200_000) + 'end')"));
  expect(output.length).toBe(64 * 1024);
  expect(output.endsWith("end")).toBe(true);
});

test("a program that does not exist is an error with its code", async () => {
  await expect(run("/no/such/program", [])).rejects.toMatchObject({ code: "ENOENT" });
});

test("an aborted program is ended and has failed", async () => {
  const controller = new AbortController();
  const running = run(...script("setInterval(() => {}, 1000)"), { signal: controller.signal });
  controller.abort();
  expect((await running).code).toBe(1);
});
