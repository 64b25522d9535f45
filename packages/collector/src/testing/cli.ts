import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isAlive } from "../log/lock.js";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** A process of the built command. */
export interface Run {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
}

export function runCli(directory: string, flags: readonly string[], environment: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [CLI, ...flags], {
    cwd: directory,
    env: { PATH: process.env.PATH, ...environment },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return { child, stdout: () => stdout, stderr: () => stderr };
}

/** The address of a collector, as soon as it says it. */
export async function listening({ child, stdout, stderr }: Run): Promise<string> {
  for (;;) {
    const url = /^Sojourn listens on (\S+)$/m.exec(stdout())?.[1];
    if (url) return url;
    if (child.exitCode !== null) throw new Error(`it ended: ${stderr()}`);
    const heard = new AbortController();
    const { signal } = heard;
    await Promise.race([once(child.stdout ?? child, "data", { signal }), once(child, "exit", { signal })]);
    heard.abort();
  }
}

export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }
  return child.exitCode;
}

/** The engine of a collector is its only child; there is none with a store by URL, or after the collector's end. */
export function enginesOf(collector: ChildProcess): number[] {
  const { stdout } = spawnSync("pgrep", ["-P", String(collector.pid)], { encoding: "utf8" });
  return stdout.split("\n").filter(Boolean).map(Number);
}

/** Ends collectors and waits for their engines: one whose collector was killed needs a moment to notice, and would write till then. */
export async function endAll(collectors: readonly ChildProcess[]): Promise<void> {
  const engines = collectors.flatMap(enginesOf);
  for (const child of collectors) await end(child, "SIGKILL");
  for (const engine of engines) {
    for (let left = 500; isAlive(engine); left -= 1) {
      if (left === 0) throw new Error(`engine ${engine} outlives its collector`);
      await sleep(20);
    }
  }
}
