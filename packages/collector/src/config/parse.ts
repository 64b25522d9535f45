import * as v from "valibot";
import { type Config, configSchema } from "./schema.js";

/** A configuration that cannot be used. `key` is where, such as `applications[0].origins[1]`. */
export interface ConfigError extends Error {
  name: "ConfigError";
  key: string;
}

/**
 * Checks a configuration and fills in the defaults.
 *
 * @throws ConfigError whose message starts with the key, such as `applications[0].origins[1]: must be an origin …`.
 */
export function parseConfig(input: unknown): Config {
  const result = v.safeParse(configSchema, input, { abortEarly: true });
  if (!result.success) throw fromIssue(result.issues[0]);
  const config = result.output;
  refuseSharedTokens(config);
  if (config.address === "hmac" && config.addressKey === undefined) {
    throw configError("addressKey", 'is missing: the address mode "hmac" hashes addresses with it');
  }
  return config;
}

export function configError(key: string, message: string): ConfigError {
  return Object.assign(new Error(`${key}: ${message}`), { name: "ConfigError" as const, key });
}

export function isConfigError(error: unknown): error is ConfigError {
  return error instanceof Error && error.name === "ConfigError";
}

type Issue = v.InferIssue<typeof configSchema>;

function fromIssue(issue: Issue): ConfigError {
  const key = keyOf(issue.path?.map((part) => part.key) ?? []);
  if (issue.type === "strict_object" && issue.expected === "never") {
    return configError(key, "is not a known key");
  }
  if (issue.type === "strict_object" && issue.input === undefined) return configError(key, "is missing");
  if (issue.kind === "schema" && issue.input === undefined) return configError(key, "is missing");
  return configError(key || "configuration", issue.message);
}

/** `["applications", 0, "id"]` → `applications[0].id`. */
function keyOf(path: readonly unknown[]): string {
  let key = "";
  for (const part of path)
    key += typeof part === "number" ? `[${part}]` : key === "" ? String(part) : `.${String(part)}`;
  return key;
}

/** A token names its application, so two applications cannot share one. */
function refuseSharedTokens({ applications }: Config): void {
  const seen = new Set<string>();
  for (const [index, { clientToken, serverToken = [] }] of applications.entries()) {
    for (const [key, tokens] of [
      ["clientToken", clientToken],
      ["serverToken", serverToken],
    ] as const) {
      for (const token of [tokens].flat()) {
        if (seen.has(token))
          throw configError(`applications[${index}].${key}`, "is used twice; give each application its own");
        seen.add(token);
      }
    }
  }
  const ids = applications.map(({ id }) => id);
  const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index);
  if (twice >= 0) throw configError(`applications[${twice}].id`, `"${ids[twice]}" is used twice`);
}
