#!/usr/bin/env node
import { parseArgs } from "node:util";
import { isConfigError, lineLog, loadConfig, startCollector } from "./index.js";
import { messageOf } from "./lib/logger.js";
import { ownVersion } from "./lib/version.js";

const HELP = `Usage: sojourn [options]

Takes beacons at /v1/rum, keeps them, answers questions at /v1/ and serves the dashboard at /dashboard/.

Options
  --port <number>     port to listen on (default 8650; 0 takes a free one)
  --host <address>    address to listen on (default 127.0.0.1)
  --data <directory>  where the log and the embedded store live (default ./data)
  --config <file>     JSON file with applications, store, readTokens …
  --open-reads        let this machine read without a token
  --help              this text
  --version           the version

Environment: SOJOURN_PORT, SOJOURN_HOST, SOJOURN_DATA, SOJOURN_CONFIG, SOJOURN_OPEN_READS,
SOJOURN_STORE_URL, SOJOURN_STORE_USERNAME, SOJOURN_STORE_PASSWORD, SOJOURN_STORE_DATABASE.
Flags win over the environment, the environment over the file.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string" },
      host: { type: "string" },
      data: { type: "string" },
      config: { type: "string" },
      "open-reads": { type: "boolean" },
      help: { type: "boolean", short: "h" },
      version: { type: "boolean" },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (values.version) {
    process.stdout.write(`${ownVersion()}\n`);
    return;
  }
  const config = loadConfig(values, process.env);
  const log = lineLog(
    (line) => process.stdout.write(line),
    (line) => process.stderr.write(line),
  );

  let stop: (() => Promise<void>) | undefined;
  let stopAsked = false;
  const onSignal = () => {
    // A second Ctrl-C does not wait.
    if (stopAsked) process.exit(130);
    stopAsked = true;
    if (stop) void stop().then(() => process.exit(0));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);

  try {
    const collector = await startCollector(config, { log });
    stop = collector.stop;
    if (stopAsked) {
      await stop();
      return;
    }
    if (config.applications.length === 0) {
      log.warn("no applications are configured: every beacon is refused until the configuration names one");
    }
    process.stdout.write(`Sojourn listens on ${collector.url}\n`);
  } catch (error) {
    throw new Error(startError(error, config.host, config.port, config.data), { cause: error });
  }
}

/** What went wrong at start, in words for who started it. */
function startError(error: unknown, host: string, port: number, data: string): string {
  const { code = "", path = "" } = (error instanceof Error ? error : {}) as { code?: string; path?: string };
  if (code === "EADDRINUSE") return `port: ${port} on ${host} is taken by another program; choose another with --port`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return `host: ${host} is not an address of this machine`;
  if (code === "EACCES" && path === "") return `port: ${port} on ${host} needs more rights; choose one above 1023`;
  if (["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOSPC"].includes(code)) {
    return `data: ${data} cannot be written (${code}${path ? ` at ${path}` : ""})`;
  }
  return messageOf(error);
}

main().catch((error: unknown) => {
  const usage = error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  const prefix = isConfigError(error) ? "configuration: " : "";
  process.stderr.write(`sojourn: ${prefix}${messageOf(error).split("\n", 1)[0]}${usage ? " (see --help)" : ""}\n`);
  process.exit(1);
});
