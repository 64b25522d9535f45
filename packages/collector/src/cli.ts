#!/usr/bin/env node
import { once } from "node:events";
import { COMMANDS } from "./commands/index.js";
import { runCommand } from "./commands/run.js";
import { serveForever } from "./commands/serve.js";
import { isConfigError } from "./index.js";
import { messageOf } from "./lib/logger.js";
import { ownVersion } from "./lib/version.js";

const HELP = `Usage: sojourn [options]
       sojourn <command> [options]

Takes beacons at /v1/rum, keeps them, answers questions at /v1/ and serves the dashboard at /dashboard/.

Options
  --port <number>     port to listen on (default 8650; 0 takes a free one)
  --host <address>    address to listen on (default 127.0.0.1)
  --data <directory>  where the log and the embedded store live (default ./data)
  --config <file>     JSON file with applications, store, readTokens …
  --open-reads        let this machine read without a token
  --log-format <word> text or json (default text)
  --log-level <word>  info, warn, error or silent (default info)
  --help              this text
  --version           the version

Commands (each has --help)
${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(20)}${summary}`)
  .join("\n")}

Environment: SOJOURN_PORT, SOJOURN_HOST, SOJOURN_DATA, SOJOURN_CONFIG, SOJOURN_OPEN_READS, SOJOURN_LOG_FORMAT,
SOJOURN_LOG_LEVEL, SOJOURN_STORE_URL, SOJOURN_STORE_USERNAME, SOJOURN_STORE_PASSWORD, SOJOURN_STORE_DATABASE.
Flags win over the environment, the environment over the file.
`;

async function main([first = "", ...rest]: string[]): Promise<void> {
  const command = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  if (command) {
    process.exitCode = await runCommand(first, command, rest, {
      out: (text) => process.stdout.write(text),
      err: (text) => process.stderr.write(text),
      async data(chunk) {
        if (!process.stdout.write(chunk)) await once(process.stdout, "drain");
      },
      now: Date.now,
    });
  } else if (first === "--help" || first === "-h") process.stdout.write(HELP);
  else if (first === "--version") process.stdout.write(`${ownVersion()}\n`);
  else if (first !== "" && !first.startsWith("-")) {
    throw Object.assign(new Error(`there is no command ${first}`), { code: "ERR_USAGE" });
  } else await serveForever(first === "" ? [] : [first, ...rest]);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const isUsage = code === "ERR_USAGE" || code.startsWith("ERR_PARSE_ARGS");
  const prefix = isConfigError(error) ? "configuration: " : "";
  process.stderr.write(`sojourn: ${prefix}${messageOf(error).split("\n", 1)[0]}${isUsage ? " (see --help)" : ""}\n`);
  process.exit(isUsage ? 2 : 1);
});
