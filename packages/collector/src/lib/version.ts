import { readFileSync } from "node:fs";

/** Of this package. */
export function ownVersion(): string {
  const file: { version?: string } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return file.version ?? "unknown";
}
