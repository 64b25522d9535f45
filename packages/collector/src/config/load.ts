import { readFileSync } from "node:fs";
import { messageOf } from "../lib/logger.js";
import { configError, parseConfig } from "./parse.js";
import type { Config } from "./schema.js";

/** What was given on the command line; absent flags are undefined. */
export interface Flags {
  port?: string | undefined;
  host?: string | undefined;
  data?: string | undefined;
  config?: string | undefined;
  "open-reads"?: boolean | undefined;
}

/** Environment variables that set one key each. */
const ENVIRONMENT = {
  SOJOURN_PORT: "port",
  SOJOURN_HOST: "host",
  SOJOURN_DATA: "data",
  SOJOURN_CONFIG: "config",
  SOJOURN_OPEN_READS: "open-reads",
} as const;

/** Environment variables of the store, so that a password need not stand in a file. */
const STORE_ENVIRONMENT = {
  SOJOURN_STORE_URL: "url",
  SOJOURN_STORE_USERNAME: "username",
  SOJOURN_STORE_PASSWORD: "password",
  SOJOURN_STORE_DATABASE: "database",
  SOJOURN_STORE_CLUSTER: "cluster",
} as const;

/**
 * The configuration out of flags, environment, file and defaults, in this order.
 *
 * @throws ConfigError naming the key, flag or file.
 */
export function loadConfig(flags: Flags, environment: Readonly<Record<string, string | undefined>>): Config {
  const given = (name: keyof Flags) => {
    const flag = flags[name];
    if (flag !== undefined) return { from: `--${name}`, value: flag };
    const variable = Object.entries(ENVIRONMENT).find(([, key]) => key === name)?.[0] ?? "";
    const value = environment[variable];
    return value === undefined || value === "" ? undefined : { from: variable, value };
  };
  const file = given("config");
  const config: Record<string, unknown> = file ? readFile(String(file.value)) : {};

  const port = given("port");
  if (port) config.port = toPort(port.from, String(port.value));
  for (const name of ["host", "data"] as const) {
    const found = given(name);
    if (found) config[name] = found.value;
  }
  const open = given("open-reads");
  if (open) config.openReads = toFlag(open.from, open.value);

  const store = Object.entries(STORE_ENVIRONMENT).flatMap(([variable, key]) => {
    const value = environment[variable];
    if (value === undefined || value === "") return [];
    const several = key === "url" && value.includes(",");
    return [[key, several ? value.split(",").map((one) => one.trim()) : value] as const];
  });
  if (store.length > 0) {
    config.store = { ...(isObject(config.store) ? config.store : {}), ...Object.fromEntries(store) };
  }
  return parseConfig(config);
}

function readFile(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw configError(path, `cannot be read: ${messageOf(error)}`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (error) {
    // Without the excerpt, which may hold a token.
    throw configError(path, `is not JSON: ${messageOf(error).replace(/, (?:\.\.\.)?".*/s, "")}`);
  }
  throw configError(path, "must hold a JSON object");
}

function toPort(from: string, value: string): number {
  if (!/^\d{1,5}$/.test(value)) throw configError(from, `must be a port number, 0 to 65535; got "${value}"`);
  return Number(value);
}

function toFlag(from: string, value: string | boolean): boolean {
  if (value === true || value === "1" || value === "true") return true;
  if (value === false || value === "0" || value === "false") return false;
  throw configError(from, `must be true or false; got "${value}"`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
