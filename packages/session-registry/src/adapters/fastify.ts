import type { IncomingMessage, ServerResponse } from "node:http";
import type { Authenticated } from "../flows/authenticate.js";
import type { Created } from "../flows/create.js";
import type { HttpRequest } from "../http/request.js";
import { createHttpSessions, type HttpOptions, type SignInInput } from "../http/sessions.js";
import type { SessionRegistry } from "../registry.js";
import { fromNode, send } from "./node.js";

/** What is used of a Fastify server. */
export interface FastifyLike {
  decorateRequest(name: string, value: null): unknown;
  addHook(name: "onRequest", hook: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>): unknown;
  route(route: {
    method: string[];
    url: string;
    handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>;
  }): unknown;
}
export interface FastifyRequestLike {
  readonly raw: IncomingMessage;
  readonly body?: unknown;
}
export interface FastifyReplyLike {
  readonly raw: ServerResponse;
  header(name: string, value: unknown): unknown;
  hijack(): unknown;
}

export interface FastifySessions {
  /**
   * `app.register(sessions.plugin)`: whom each request is from, in `request.auth`, `null` when nobody is signed in; and the
   * device list below `basePath`. Changes that bring the cookie and come from other sites are answered with 403.
   */
  readonly plugin: (app: FastifyLike, options: unknown) => Promise<void>;
  /** Signs in whoever proved to be this user; refuses pages of other sites with `undefined`. */
  signIn(request: FastifyRequestLike, reply: FastifyReplyLike, input: SignInInput): Promise<Created | undefined>;
  signOut(request: FastifyRequestLike, reply: FastifyReplyLike): Promise<void>;
}

/** For Fastify 4 and 5. */
export function fastifySessions(registry: SessionRegistry, options: HttpOptions): FastifySessions {
  const http = createHttpSessions(registry, options);
  const basePath = options.basePath ?? "/sessions";
  const requestOf = ({ raw, body }: FastifyRequestLike): HttpRequest => ({
    ...fromNode(raw),
    body: async () => body,
  });

  const addCookies = (reply: FastifyReplyLike, cookies: readonly string[]) => {
    // Fastify adds each to those that are there.
    for (const cookie of cookies) reply.header("set-cookie", cookie);
  };

  async function handle(request: FastifyRequestLike, reply: FastifyReplyLike): Promise<unknown> {
    const answer = await http.handle(requestOf(request));
    reply.hijack();
    if (answer) send(reply.raw, answer);
    return reply;
  }
  const plugin = async (app: FastifyLike) => {
    app.decorateRequest("auth", null);
    app.addHook("onRequest", async (request, reply) => {
      const { pathname } = new URL(request.raw.url ?? "/", "http://localhost");
      // The device list reads the request itself.
      if (pathname === basePath || pathname.startsWith(`${basePath}/`)) return;
      const visit = await http.read(requestOf(request));
      if (visit.refusal) {
        reply.hijack();
        send(reply.raw, visit.refusal);
        return;
      }
      addCookies(reply, visit.cookies);
      (request as { auth?: Authenticated | null }).auth = visit.auth ?? null;
    });
    const method = ["GET", "POST", "PATCH", "DELETE"];
    app.route({ method, url: basePath, handler: handle });
    app.route({ method, url: `${basePath}/*`, handler: handle });
  };
  return {
    // It is for the whole server, not for the plugin's own routes.
    plugin: Object.assign(plugin, { [Symbol.for("skip-override")]: true }),
    async signIn(request, reply, input) {
      if (http.isForeign(requestOf(request))) return undefined;
      const { result, cookies } = await http.signIn(requestOf(request), input);
      addCookies(reply, cookies);
      return result;
    },
    async signOut(request, reply) {
      addCookies(reply, (await http.signOut(requestOf(request))).cookies);
    },
  };
}
