import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Counters } from "../life/counters.js";

const PROGRAM = fileURLToPath(new URL("./instance.mjs", import.meta.url));

interface Answer {
  readonly result?: unknown;
  readonly instanceId: string;
  readonly errors: readonly string[];
  readonly counters: Counters;
}

/** A server process of its own. */
export interface Instance {
  readonly child: ChildProcess;
  readonly instanceId: string;
  call(name: "open" | "beat" | "sweep" | "stop", values?: object): Promise<Answer>;
}

/** Time that several processes share. */
export interface SharedTime {
  readonly file: string;
  now(): number;
  advance(ms: number): void;
}

export function createSharedTime(folder: string, start = Date.UTC(2026, 0, 5, 12)): SharedTime {
  const file = join(folder, "time");
  let now = start;
  writeFileSync(file, String(now));
  return {
    file,
    now: () => now,
    advance(ms) {
      now += ms;
      writeFileSync(file, String(now));
    },
  };
}

/** @param where the store: `{ sqlite: path }` or `{ postgres: configuration }` */
export async function startInstance(time: SharedTime, where: object): Promise<Instance> {
  const child = fork(PROGRAM, [JSON.stringify({ file: time.file, ...where })], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [{ instanceId }] = (await once(child, "message")) as [Answer];
  return {
    child,
    instanceId,
    async call(call, values = {}) {
      const answered = once(child, "message");
      child.send({ call, values });
      const [answer] = (await answered) as [Answer];
      return answer;
    },
  };
}

export async function kill({ child }: Instance): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}
