import { tried } from "./tried.js";

/** One option: what it accepts, and what it is when it is not given. */
export interface Option<T> {
  check(value: unknown): value is T;
  fallback?: T;
  required?: true;
}

export type OptionTable = Record<string, Option<unknown>>;
type OptionType<O> = O extends Option<infer T> ? T : never;

/** The checked options of a table: required ones and those with a default are always there. */
export type Options<T extends OptionTable> = {
  [K in keyof T]: T[K] extends { required: true } | { fallback: NonNullable<unknown> }
    ? OptionType<T[K]>
    : OptionType<T[K]> | undefined;
};
/** What a caller writes. */
export type OptionsInput<T extends OptionTable> = {
  [K in keyof T as T[K] extends { required: true } ? K : never]: OptionType<T[K]>;
} & { [K in keyof T as T[K] extends { required: true } ? never : K]?: OptionType<T[K]> | undefined };

/**
 * Checks what was given against the table. The error names the option and what was given; what each accepts is said where
 * it is documented, and not carried to every page.
 * Options the table does not know are ignored: a newer snippet may meet an older file.
 */
export function readOptions<T extends OptionTable>(table: T, given: unknown): Options<T> | { error: string } {
  const source = (typeof given === "object" && given) || {};
  const options: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(table)) {
    const value = (source as Record<string, unknown>)[name];
    if (value === undefined && !option.required) options[name] = option.fallback;
    else if (option.check(value)) options[name] = value;
    else {
      const shown = tried(() => JSON.stringify(value)?.slice(0, 80)) ?? typeof value;
      return { error: `option "${name}" is ${shown}, which it cannot be` };
    }
  }
  return options as Options<T>;
}

/** A text in which something is found. */
export const matching = (pattern: RegExp) => ({
  check: (value: unknown): value is string => typeof value === "string" && pattern.test(value),
});
export const optionalText: Option<string> = matching(/./);
export const requiredText = { ...optionalText, required: true } as const;
export const flag = (fallback: boolean) => ({
  check: (value: unknown): value is boolean => typeof value === "boolean",
  fallback,
});
const anyFunction = { check: (value: unknown) => typeof value === "function" };
/** A function of the application's. */
// biome-ignore lint/suspicious/noExplicitAny: any function of that type
export const hook = <F extends (...args: any[]) => unknown>() => anyFunction as Option<F>;
/** A list of what `check` says yes to. */
export const list = <T>(check: (value: unknown) => boolean, fallback: readonly NoInfer<T>[] = []) => ({
  check: (value: unknown): value is readonly T[] => Array.isArray(value) && value.every(check),
  fallback,
});
/** A number within bounds, both included. */
export const range = (least: number, most: number, fallback: number) => ({
  check: (value: unknown): value is number => typeof value === "number" && value >= least && value <= most,
  fallback,
});
/** A percentage. */
export const rate = (fallback: number) => range(0, 100, fallback);
/** One of a few words, or none. */
export const optionalChoice = <const T extends string>(values: readonly T[]): Option<T> => ({
  check: (value: unknown): value is T => values.includes(value as T),
});
/** One of a few words, with a default. */
export const choice = <const T extends string>(values: readonly T[], fallback: NoInfer<T>) => ({
  ...optionalChoice(values),
  fallback,
});
