export type LogFields = Readonly<Record<string, unknown>>;

/** Where the collector says what happens to itself. Never receives a token, an address or anything of an event. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Says nothing. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };

/** One line a message: time, level, message, `name=value` fields. Information to stdout, the rest to stderr. */
export function lineLog(out: (line: string) => void, err: (line: string) => void): Log {
  const line = (level: string, message: string, fields: LogFields = {}) => {
    const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${show(value)}`);
    return `${new Date().toISOString()} ${level} ${message}${rest.join("")}\n`;
  };
  return {
    info: (message, fields) => out(line("info", message, fields)),
    warn: (message, fields) => err(line("warn", message, fields)),
    error: (message, fields) => err(line("error", message, fields)),
  };
}

/** One JSON object a line: `time`, `level`, `message`, and the fields. Information to stdout, the rest to stderr. */
export function jsonLog(out: (line: string) => void, err: (line: string) => void): Log {
  const line = (level: string, message: string, fields: LogFields = {}) => {
    const own = Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? value.message : value]);
    return `${JSON.stringify({ time: new Date().toISOString(), level, message, ...Object.fromEntries(own) })}\n`;
  };
  return {
    info: (message, fields) => out(line("info", message, fields)),
    warn: (message, fields) => err(line("warn", message, fields)),
    error: (message, fields) => err(line("error", message, fields)),
  };
}

export const LOG_LEVELS = ["info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The same log without what is less than `level`. */
export function atLeast(level: LogLevel, log: Log): Log {
  const rank = LOG_LEVELS.indexOf(level);
  return {
    info: rank > 0 ? silentLog.info : log.info,
    warn: rank > 1 ? silentLog.warn : log.warn,
    error: rank > 2 ? silentLog.error : log.error,
  };
}

function show(value: unknown): string {
  const text = value instanceof Error ? value.message : String(value);
  return /^[\w./:@-]+$/.test(text) ? text : JSON.stringify(text);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
