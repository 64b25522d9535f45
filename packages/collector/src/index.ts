import { setTimeout as sleep } from "node:timers/promises";
import { type CollectorOptions, createCollector } from "./collector.js";
import type { Config } from "./config/schema.js";
import { serve } from "./http/serve.js";
import { silentLog } from "./lib/logger.js";

export { type Collector, type CollectorOptions, createCollector, type Fallback } from "./collector.js";
export { loadConfig } from "./config/load.js";
export { type ConfigError, isConfigError, parseConfig } from "./config/parse.js";
export type { ApplicationConfig, Config, ConfigInput } from "./config/schema.js";
export type { RequestContext } from "./http/context.js";
export { atLeast, jsonLog, type Log, type LogLevel, lineLog, silentLog } from "./lib/logger.js";

export interface RunningCollector {
  /** Where it answers, such as `http://127.0.0.1:8650`. */
  url: string;
  /** From now on these may read, and no others. */
  setReadTokens(tokens: Config["readTokens"]): void;
  /**
   * Says at `/readyz` for `drainSeconds` that it stops, and serves meanwhile; then lets running requests end, at most 5 s; then
   * stops everything that was started.
   */
  stop(): Promise<void>;
}

/**
 * Starts a collector with its server.
 *
 * @param config from {@link parseConfig} or {@link loadConfig}.
 * @throws Error when the address, the data directory or the store cannot be used, saying which and why.
 */
export async function startCollector(config: Config, options: CollectorOptions = {}): Promise<RunningCollector> {
  const collector = await createCollector(config, options);
  try {
    const server = await serve(collector.handle, {
      host: config.host,
      port: config.port,
      log: options.log ?? silentLog,
      connections: config.limits.connections,
    });
    return {
      url: server.url,
      setReadTokens: collector.setReadTokens,
      async stop() {
        collector.prepareStop();
        await sleep(config.drainSeconds * 1000);
        await server.stop();
        await collector.stop();
      },
    };
  } catch (error) {
    await collector.stop();
    throw error;
  }
}
