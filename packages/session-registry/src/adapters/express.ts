import type { ServerResponse } from "node:http";
import type { Authenticated } from "../flows/authenticate.js";
import type { Created } from "../flows/create.js";
import type { Impersonated } from "../flows/impersonate.js";
import { createHttpSessions, type HttpOptions, type SignInInput } from "../http/sessions.js";
import type { SessionRegistry } from "../registry.js";
import { addCookies, fromNode, type NodeRequest, send } from "./node.js";

/** What is used of Express's answer. */
export type ExpressResponse = ServerResponse & { locals: Record<string, unknown> };
export type ExpressHandler = (
  request: NodeRequest,
  response: ExpressResponse,
  next: (error?: unknown) => void,
) => Promise<void>;

export interface ExpressSessions {
  /**
   * Whom each request is from, in `response.locals.auth`; undefined when nobody is signed in. Changes that bring the cookie
   * and come from other sites are answered with 403 here.
   */
  readonly read: ExpressHandler;
  /** The device list, below `basePath`. It reads its requests itself: put it before `read`. */
  readonly routes: ExpressHandler;
  /** Signs in whoever proved to be this user; refuses pages of other sites with `undefined`. */
  signIn(request: NodeRequest, response: ExpressResponse, input: SignInInput): Promise<Created | undefined>;
  /** The user of this request proved again who it is. Answers whether there was a session. */
  reauthenticate(request: NodeRequest, response: ExpressResponse, auth: { readonly method: string }): Promise<boolean>;
  /** The same with a second proof. */
  stepUp(request: NodeRequest, response: ExpressResponse, auth: { readonly method: string }): Promise<boolean>;
  /** Ends an impersonation where there is one, else the session. */
  signOut(request: NodeRequest, response: ExpressResponse): Promise<void>;
  /** Lets the user of this request act as another; refuses pages of other sites with `undefined`. */
  impersonate(
    request: NodeRequest,
    response: ExpressResponse,
    input: { readonly userId: string; readonly reason: string; readonly minutes?: number },
  ): Promise<Impersonated | undefined>;
}

/** For Express 4 and 5, and for plain `node:http` with a `locals` object. */
export function expressSessions(registry: SessionRegistry, options: HttpOptions): ExpressSessions {
  const http = createHttpSessions(registry, options);
  const proving =
    (how: "reauthenticate" | "stepUp"): ExpressSessions["stepUp"] =>
    async (request, response, auth) => {
      if (http.isForeign(fromNode(request))) return false;
      const { done, cookies } = await http.prove(fromNode(request), how, auth);
      addCookies(response, cookies);
      return done;
    };
  return {
    async read(request, response, next) {
      try {
        const visit = await http.read(fromNode(request));
        if (visit.refusal) return send(response, visit.refusal);
        addCookies(response, visit.cookies);
        response.locals.auth = visit.auth;
      } catch (error) {
        return next(error);
      }
      next();
    },
    async routes(request, response, next) {
      try {
        const answer = await http.handle(fromNode(request));
        if (answer) return send(response, answer);
      } catch (error) {
        return next(error);
      }
      next();
    },
    async signIn(request, response, input) {
      if (http.isForeign(fromNode(request))) return undefined;
      const { result, cookies } = await http.signIn(fromNode(request), input);
      addCookies(response, cookies);
      return result;
    },
    reauthenticate: proving("reauthenticate"),
    stepUp: proving("stepUp"),
    async signOut(request, response) {
      addCookies(response, (await http.signOut(fromNode(request))).cookies);
    },
    async impersonate(request, response, input) {
      if (http.isForeign(fromNode(request))) return undefined;
      const { result, cookies } = await http.impersonate(fromNode(request), input);
      addCookies(response, cookies);
      return result;
    },
  };
}

/** Whom {@link ExpressSessions.read} found. */
export const authOf = (response: { readonly locals: Record<string, unknown> }): Authenticated | undefined =>
  response.locals.auth as Authenticated | undefined;
