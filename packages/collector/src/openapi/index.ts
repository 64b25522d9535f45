import type { OwnPath } from "../http/routes.js";
import { SAID_STATES } from "../query/errors.js";
import { type DETAILS, ERROR_DETAIL_PARAMETERS, LISTS, SESSION_DETAIL_PARAMETERS } from "../query/index.js";
import { PARAMETERS, type ParameterName } from "../query/parameters.js";
import { SCHEMAS, type Schema } from "./schemas.js";

const LIST_ANSWERS: Record<keyof typeof LISTS, { summary: string; schema: string }> = {
  sessions: { summary: "Sessions, newest first", schema: "SessionList" },
  views: { summary: "Views in their newest version, newest first", schema: "EventList" },
  events: { summary: "Events other than views, newest first", schema: "EventList" },
  errors: { summary: "Errors by group", schema: "ErrorList" },
  vitals: { summary: "Percentiles of the web vitals", schema: "Vitals" },
  attribution: {
    summary: "What the vitals come from, the longest scripts, and what other hosts cost",
    schema: "Attribution",
  },
  overhead: { summary: "What the SDK itself cost pages", schema: "Overhead" },
  resources: { summary: "Requests by address, those first that took the most time", schema: "ResourceList" },
  delivery: { summary: "What became of the events that pages numbered", schema: "DeliveryList" },
  connections: { summary: "Connections to servers, as servers told of them, newest first", schema: "ConnectionList" },
  usage: { summary: "How many connections there were at a time, and whose", schema: "Usage" },
  signins: { summary: "What happened to users' sign-ins, as servers told of it, newest first", schema: "SignInList" },
  signindays: { summary: "The same by day, UTC", schema: "SignInDays" },
};

const answer = (description: string, schema?: string): Schema => ({
  description,
  ...(schema && { content: { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } } }),
});
const refusal = (description: string) => answer(description, "Error");
const body = (schema: Schema): Schema => ({ required: true, content: { "application/json": { schema } } });
const asked = (names: readonly ParameterName[]): Schema[] =>
  names.map((name) => ({ name, in: "query", ...PARAMETERS[name] }));
const inPath = (name: string): Schema => ({ name, in: "path", required: true, schema: { type: "string" } });
const READ_REFUSALS = {
  400: refusal("A parameter is not known, or not as it has to be; `field` names it."),
  401: refusal("Reading needs a token."),
  503: refusal("The store cannot be reached."),
  504: refusal("It would take the store too long, or too much."),
};

function read(summary: string, schema: string, parameters: readonly Schema[], more: Schema = {}): Schema {
  return {
    summary,
    tags: ["Reading"],
    parameters,
    responses: { 200: answer(summary, schema), ...READ_REFUSALS, ...more },
  };
}

/** The published description of everything that the collector answers: OpenAPI 3.1. */
export function openApiDocument(version: string): Schema {
  return {
    openapi: "3.1.0",
    info: {
      title: "Sojourn collector",
      version,
      description:
        "Takes beacons and answers questions about them. Durations are nanoseconds, times epoch milliseconds.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    security: [{ bearer: [] }, { cookie: [] }],
    paths: { ...listPaths(), ...otherPaths() },
    components: {
      schemas: SCHEMAS,
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        cookie: { type: "apiKey", in: "cookie", name: "sojourn_read" },
        serverToken: { type: "http", scheme: "bearer", description: "An application's `serverToken`." },
      },
    },
  };
}

function listPaths(): Record<string, Schema> {
  const lists = Object.entries(LISTS) as [keyof typeof LISTS, readonly ParameterName[]][];
  return Object.fromEntries(
    lists.map(([name, parameters]) => {
      const { summary, schema } = LIST_ANSWERS[name];
      return [`/v1/${name}`, { get: read(summary, schema, asked(parameters)) }];
    }),
  );
}

/** A path that is served and not here, or the other way round, does not compile. */
function otherPaths(): Record<OwnPath | (typeof DETAILS)[number], Schema> {
  const open = { security: [] };
  return {
    "/v1/sessions/{id}": {
      get: read(
        "A session with its views and events, in the order of time",
        "SessionDetail",
        [inPath("id"), ...asked(SESSION_DETAIL_PARAMETERS)],
        { 404: refusal("There is no such session.") },
      ),
    },
    "/v1/errors/{fingerprint}": {
      get: read(
        "A group of errors, what it comes in, and the newest examples",
        "ErrorDetail",
        [inPath("fingerprint"), ...asked(ERROR_DETAIL_PARAMETERS)],
        { 404: refusal("There is no such group in the period.") },
      ),
      patch: {
        summary: "Says what is thought of a group; needs the role admin",
        tags: ["Reading"],
        parameters: [
          inPath("fingerprint"),
          { name: "application_id", in: "query", required: true, ...PARAMETERS.application_id },
        ],
        requestBody: body({
          type: "object",
          properties: {
            state: { type: "string", enum: SAID_STATES },
            release: { type: "string", maxLength: 200, description: "With `resolved`: the release it is mended in." },
          },
          required: ["state"],
        }),
        responses: {
          200: answer("It is kept.", "ErrorWord"),
          ...READ_REFUSALS,
          403: refusal("The token's role is not admin, or the request comes from another site's page."),
          404: refusal("There is no such group."),
        },
      },
    },
    "/v1/rum": {
      post: {
        ...open,
        summary: "Takes a beacon",
        tags: ["Intake"],
        parameters: [
          { name: "client_token", in: "query", required: true, schema: { type: "string" } },
          { name: "late", in: "query", schema: { type: "string", enum: ["1"] } },
        ],
        requestBody: {
          required: true,
          description: "JSON, or that in gzip, which is told by its first bytes.",
          content: { "text/plain": { schema: { type: "string" } } },
        },
        responses: {
          202: answer("Some were refused, or the sender is told something.", "Taken"),
          204: answer("Every event was taken, or known already."),
          400: refusal("Malformed; `field` names what."),
          401: refusal("An unknown token."),
          403: refusal("A foreign origin, or a token of another application."),
          413: refusal("Too large."),
          429: refusal("Too fast; `Retry-After` says how long to wait."),
          503: refusal("It cannot be kept now; `Retry-After` says how long to wait."),
        },
      },
    },
    "/v1/server": {
      post: {
        security: [{ serverToken: [] }],
        summary: "Takes what an application's own servers know: connections, sign-ins, whose sessions are",
        tags: ["Intake"],
        requestBody: body({
          type: "object",
          description: "Up to 500 documents of the kinds connection, sign_in and session_user; also in gzip.",
          properties: { v: { const: 1 }, documents: { type: "array", items: { type: "object" }, maxItems: 500 } },
          required: ["v", "documents"],
        }),
        responses: {
          202: answer("Some were refused.", "Taken"),
          204: answer("Every document was taken."),
          400: refusal("Malformed; `field` names what."),
          401: refusal("An unknown token."),
          413: refusal("Too large."),
          429: refusal("Too fast; `Retry-After` says how long to wait."),
          503: refusal("It cannot be kept now; `Retry-After` says how long to wait."),
        },
      },
    },
    "/v1/sign-in": {
      post: {
        ...open,
        summary: "Exchanges a read token for a cookie",
        tags: ["Signing in"],
        requestBody: body({ type: "object", properties: { token: { type: "string" } }, required: ["token"] }),
        responses: {
          200: answer("Signed in.", "SignedIn"),
          400: refusal("Malformed."),
          401: refusal("This is no read token."),
          403: refusal("The request comes from another site's page."),
          429: refusal("Too many tries."),
        },
      },
    },
    "/v1/sign-out": {
      post: {
        ...open,
        summary: "Takes the cookie back",
        tags: ["Signing in"],
        responses: { 204: answer("Signed out."), 403: refusal("The request comes from another site's page.") },
      },
    },
    "/v1/arrivals": {
      get: {
        summary: "What this process answered to pages since it started, for whoever waits for the first beacon",
        tags: ["Reading"],
        responses: { 200: answer("It is this.", "Arrivals"), 401: refusal("Reading needs a token.") },
      },
    },
    "/v1/sourcemaps": {
      put: {
        summary: "Takes the source map of a built file; needs the role admin",
        tags: ["Operating"],
        parameters: [
          { name: "application_id", in: "query", required: true, ...PARAMETERS.application_id },
          { name: "file", in: "query", required: true, schema: { type: "string", maxLength: 512 } },
          { name: "release", in: "query", schema: { type: "string", maxLength: 200 } },
          { name: "debug_id", in: "query", schema: { type: "string", maxLength: 64 } },
        ],
        requestBody: body({ type: "object", description: "A source map of version 3; also in gzip." }),
        responses: {
          201: answer("It is kept.", "SourceMap"),
          400: refusal("Malformed; `field` names what."),
          401: refusal("This needs a token."),
          403: refusal("The token's role is not admin."),
          413: refusal("Too large."),
        },
      },
    },
    "/v1/openapi.json": {
      get: {
        ...open,
        summary: "This document",
        tags: ["Operating"],
        responses: { 200: { description: "OpenAPI 3.1." } },
      },
    },
    "/healthz": {
      get: {
        ...open,
        summary: "The process is up",
        tags: ["Operating"],
        responses: { 200: answer("It is.", "Status") },
      },
    },
    "/metrics": {
      get: {
        summary: "Figures for Prometheus",
        tags: ["Operating"],
        responses: {
          200: { description: "Prometheus' text format." },
          401: refusal("Reading needs a token."),
        },
      },
    },
    "/readyz": {
      get: {
        ...open,
        summary: "Beacons are taken and the store answers",
        tags: ["Operating"],
        responses: { 200: answer("It does.", "Status"), 503: refusal("It does not.") },
      },
    },
  };
}
