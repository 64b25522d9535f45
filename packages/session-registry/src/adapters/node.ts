import type { IncomingMessage, ServerResponse } from "node:http";
import { type HttpAnswer, type HttpRequest, jsonOf, MAX_BODY_BYTES } from "../http/request.js";

/** What is used of Node's request, and of what wraps it. */
export type NodeRequest = IncomingMessage & { readonly originalUrl?: string; readonly body?: unknown };

/** A request of Node's, whose body a framework may have read already. */
export function fromNode(request: NodeRequest): HttpRequest {
  return {
    method: request.method ?? "GET",
    url: request.originalUrl ?? request.url ?? "/",
    peer: request.socket.remoteAddress,
    header(name) {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    body: async () => (request.body !== undefined ? request.body : jsonOf((await textOf(request)) ?? "")),
  };
}

/** The body, or nothing when it is longer than may be. */
async function textOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Adds cookies to those that an answer has. */
export function addCookies(response: ServerResponse, cookies: readonly string[]): void {
  if (cookies.length > 0) response.appendHeader("set-cookie", cookies);
}

export function send(response: ServerResponse, { status, headers, cookies, body }: HttpAnswer): void {
  addCookies(response, cookies);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.statusCode = status;
  response.end(body);
}
