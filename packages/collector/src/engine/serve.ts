import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Session } from "chdb";
import { engineError } from "./errors.js";
import { readStatement, type Statement } from "./sql.js";

/** Largest request body that is taken, far above any block the writer makes. */
const MAX_BODY = 256 * 1024 * 1024;

/** A connection runs one statement after the other. */
export interface EngineSessions {
  /** Several, so that a long read holds up neither the others nor the question whether the engine is well. */
  reads: readonly Session[];
  write: Session;
}

/**
 * The part of ClickHouse's HTTP interface that `@clickhouse/client` uses: ping, reads with bound scalar parameters,
 * commands, inserts of rows; settings as URL parameters; gzip both ways; errors with ClickHouse's code and text.
 *
 * @param sessionsOf connections that use a database; undefined where there is none.
 */
export function createEngineServer(
  sessionsOf: (database: string) => EngineSessions | undefined | Promise<EngineSessions | undefined>,
  options: { secret: string; database: string },
): Server {
  const running = new Map<Session, number>();
  return createServer((request, response) => {
    void respond(request, response).catch((error: unknown) => fail(response, error));
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://engine");
    if (url.pathname === "/ping") {
      response.writeHead(200, { "Content-Type": "text/plain" }).end("Ok.\n");
      return;
    }
    if (!isAuthorized(request, options.secret)) {
      throw engineError(516, "AUTHENTICATION_FAILED", "Authentication failed: the password is not the engine's.");
    }
    const database = url.searchParams.get("database") ?? options.database;
    const sessions = await sessionsOf(database);
    if (!sessions) {
      throw engineError(81, "UNKNOWN_DATABASE", `Database ${database} does not exist.`);
    }
    const body = await readAll(request);
    const result = await run(sessions, readStatement(url.searchParams, body));
    const wantsGzip =
      url.searchParams.get("enable_http_compression") === "1" &&
      /\bgzip\b/.test(String(request.headers["accept-encoding"]));
    response.writeHead(200, {
      "Content-Type": "text/plain; charset=UTF-8",
      "X-ClickHouse-Query-Id": url.searchParams.get("query_id") ?? "",
      "X-ClickHouse-Summary": JSON.stringify({ written_rows: String(result.written) }),
      ...(wantsGzip ? { "Content-Encoding": "gzip" } : {}),
    });
    response.end(wantsGzip ? gzipSync(result.bytes) : result.bytes);
  }

  async function run(sessions: EngineSessions, statement: Statement): Promise<{ bytes: Uint8Array; written: number }> {
    if (statement.kind === "insert") {
      const { table, columns, settings, data, format } = statement;
      const summary = await sessions.write.insert({
        table,
        values: data,
        format: asFormat(format),
        settings,
        ...(columns ? { columns } : {}),
      });
      return { bytes: new Uint8Array(), written: summary.rowsWritten };
    }
    if (statement.kind === "command") return { bytes: await ask(sessions.write, statement), written: 0 };
    const session = leastBusy(sessions);
    running.set(session, (running.get(session) ?? 0) + 1);
    try {
      return { bytes: await ask(session, statement), written: 0 };
    } finally {
      running.set(session, (running.get(session) ?? 1) - 1);
    }
  }

  function leastBusy({ reads, write }: EngineSessions): Session {
    const [first] = [...reads].sort((a, b) => (running.get(a) ?? 0) - (running.get(b) ?? 0));
    return first ?? write;
  }
}

async function ask(session: Session, { sql, parameters }: Extract<Statement, { sql: string }>): Promise<Uint8Array> {
  const output = { format: "TabSeparated" };
  const result =
    Object.keys(parameters).length > 0
      ? await session.queryBindAsync(sql, parameters, output)
      : await session.queryAsync(sql, output);
  return result.bytes();
}

type RawFormat = "JSONEachRow" | "JSONCompactEachRow" | "CSV" | "TabSeparated";

function asFormat(format: string): RawFormat {
  if (format === "JSONEachRow" || format === "JSONCompactEachRow" || format === "CSV" || format === "TabSeparated") {
    return format;
  }
  throw engineError(73, "UNKNOWN_FORMAT", `The embedded engine does not insert ${format}.`);
}

function fail(response: ServerResponse, error: unknown): void {
  const { code, message } = describe(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(code === 516 ? 403 : 500, {
    "Content-Type": "text/plain; charset=UTF-8",
    "X-ClickHouse-Exception-Code": String(code),
  });
  response.end(message);
}

/** Errors of the engine already have ClickHouse's text; others are given its shape, so that the client types them too. */
function describe(error: unknown): { code: number; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "clickhouseCode" in error ? Number(error.clickhouseCode) : Number.NaN;
  if (Number.isInteger(code) && code > 0) return { code, message };
  return { code: 1002, message: `Code: 1002. DB::Exception: ${message} (UNKNOWN_EXCEPTION)` };
}

function isAuthorized(request: IncomingMessage, secret: string): boolean {
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
  const given = Buffer.from(Buffer.from(basic, "base64").toString("utf8").split(":").slice(1).join(":"));
  const expected = Buffer.from(secret);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw engineError(307, "TOO_MANY_BYTES", `The body is larger than ${MAX_BODY} bytes.`);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  return request.headers["content-encoding"] === "gzip" ? gunzipSync(body, { maxOutputLength: MAX_BODY }) : body;
}
