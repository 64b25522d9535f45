import type { Config } from "../config/schema.js";

/** What a command may use of the process that it runs in. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Where a command that writes data without a file's name writes it. Resolves when that may go on. */
  data(chunk: Uint8Array | string): Promise<void>;
  now(): number;
}

type Option = { type: "string" | "boolean"; help: string; value?: string };

/** A subcommand of `sojourn`. */
export interface Command {
  /** One line. */
  summary: string;
  /** More to know, shown by `--help`. */
  details: string;
  /** What stands behind the name, such as `DIR`. */
  positional?: string;
  /** How many words that is. Default: 1. */
  positionals?: number;
  options: Readonly<Record<string, Option>>;
  /**
   * @param values options as they were given.
   * @returns the exit code.
   * @throws Error with a sentence for whoever called it.
   */
  run(config: Config, values: Values, terminal: Terminal): Promise<number>;
}

export interface Values {
  readonly positionals: readonly string[];
  text(name: string): string | undefined;
  flag(name: string): boolean;
}

/** A wrong use of a command; said with the name of the option, or of what stands without one, such as `DIR`. */
export function usageError(option: string, message: string): Error {
  const name = /^[A-Z]+$/.test(option) ? option : `--${option}`;
  return Object.assign(new Error(`${name}: ${message}`), { code: "ERR_USAGE" });
}

/** Epoch ms of `2026-11-25`, `2026-11-25T12:00Z` or epoch ms themselves. */
export function momentOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const at = /^\d{11,16}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(at)) throw usageError(option, `must be a day such as 2026-11-25, a time or epoch ms; got "${text}"`);
  return at;
}

/** One of some words. */
export function wordOf<T extends string>(option: string, text: string | undefined, words: readonly T[], preset: T): T {
  if (text === undefined) return preset;
  const word = words.find((one) => one === text);
  if (word === undefined) throw usageError(option, `must be ${words.join(", ")}; got "${text}"`);
  return word;
}

/** Options that every command has: where the configuration is. */
export const CONFIG_OPTIONS = {
  data: { type: "string" },
  config: { type: "string" },
} as const;
