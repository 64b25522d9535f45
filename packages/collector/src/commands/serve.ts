import { parseArgs } from "node:util";
import {
  atLeast,
  type Config,
  jsonLog,
  type Log,
  lineLog,
  loadConfig,
  type RunningCollector,
  startCollector,
} from "../index.js";
import { LOG_LEVELS, messageOf } from "../lib/logger.js";
import { CONFIG_OPTIONS, wordOf } from "./command.js";

const LOG_FORMATS = ["text", "json"] as const;

/** Runs a collector until a signal ends it. */
export async function serveForever(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      ...CONFIG_OPTIONS,
      port: { type: "string" },
      host: { type: "string" },
      "open-reads": { type: "boolean" },
      "log-format": { type: "string" },
      "log-level": { type: "string" },
    },
  });
  const format = wordOf("log-format", values["log-format"] ?? process.env.SOJOURN_LOG_FORMAT, LOG_FORMATS, "text");
  const level = wordOf("log-level", values["log-level"] ?? process.env.SOJOURN_LOG_LEVEL, LOG_LEVELS, "info");
  const config = loadConfig(values, process.env);
  const log = atLeast(
    level,
    (format === "json" ? jsonLog : lineLog)(
      (line) => process.stdout.write(line),
      (line) => process.stderr.write(line),
    ),
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
  let setReadTokens: RunningCollector["setReadTokens"] | undefined;
  process.on("SIGHUP", () => {
    if (setReadTokens) readTokensAgain(setReadTokens, () => loadConfig(values, process.env), log);
  });

  try {
    const collector = await startCollector(config, { log });
    stop = collector.stop;
    if (stopAsked) {
      await stop();
      return;
    }
    setReadTokens = collector.setReadTokens;
    if (config.applications.length === 0) {
      log.warn("no applications are configured: every beacon is refused until the configuration names one");
    }
    process.stdout.write(
      format === "json"
        ? `${JSON.stringify({ time: new Date().toISOString(), level: "info", message: "listening", url: collector.url })}\n`
        : `Sojourn listens on ${collector.url}\n`,
    );
  } catch (error) {
    throw new Error(startError(error, config.host, config.port, config.data), { cause: error });
  }
}

/** Takes the read tokens of the configuration as it is now; one that cannot be used changes nothing. */
function readTokensAgain(set: RunningCollector["setReadTokens"], load: () => Config, log: Log): void {
  try {
    const { readTokens } = load();
    set(readTokens);
    log.info("read tokens were read again", { tokens: readTokens.length });
  } catch (error) {
    log.error("the configuration was not read again", { error: messageOf(error) });
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
