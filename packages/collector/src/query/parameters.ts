import { EVENT_TYPES } from "@sojourn/core/model";

/** How a parameter of the query API is read, and how the published description shows it. */
export interface Parameter {
  description: string;
  schema: { type: "string" | "integer" | "boolean"; enum?: readonly string[]; minimum?: number; maximum?: number } & {
    minLength?: number;
    maxLength?: number;
    default?: string | number;
  };
}

const MAX_MS = 8_640_000_000_000_000;
export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1000;

const text = (description: string): Parameter => ({
  description,
  schema: { type: "string", minLength: 1, maxLength: 512 },
});
const word = (description: string, words: readonly string[], preset?: string): Parameter => ({
  description,
  schema: { type: "string", enum: words, ...(preset === undefined ? {} : { default: preset }) },
});
const time = (description: string): Parameter => ({
  description,
  schema: { type: "integer", minimum: 0, maximum: MAX_MS },
});

/** Every parameter there is; an endpoint names those that it takes. */
export const PARAMETERS = {
  application_id: text("Of this application."),
  session_id: text("Of this session."),
  session_type: word("Of people, or of synthetic tests.", ["user", "synthetics"]),
  user_id: text("Of this user."),
  view_id: text("In this view."),
  path_group: text("On pages of this group."),
  version: text("Of this release of the application."),
  env: text("Of this environment."),
  service: text("Of this service."),
  browser: text("In this browser."),
  os: text("On this operating system."),
  country: text("From this country, as two letters."),
  device: text("On this kind of device."),
  trace_id: text("Of this trace: resources only."),
  error_fingerprint: text("Of this group of errors: errors only."),
  has_error: { description: "Sessions with an error, or without.", schema: { type: "boolean" } },
  has_frustration: {
    description: "Sessions with a click that was repeated in anger, did nothing or led to an error, or without.",
    schema: { type: "boolean" },
  },
  worst_vital: word("Sessions whose worst core vital (LCP, INP or CLS of any view) is this.", [
    "good",
    "needs-improvement",
    "poor",
  ]),
  type: word(
    "Events of this type.",
    EVENT_TYPES.filter((type) => type !== "view"),
  ),
  open: { description: "Connections that are open, or that have ended.", schema: { type: "boolean" } },
  sign_in_type: text("Events of sign-ins of this type, such as created, ended or refused."),
  state: word("Groups in this state.", ["open", "ignored", "resolved", "regressed"]),
  sort: word("What comes first.", ["last_seen", "count", "sessions"], "last_seen"),
  group_by: word("A figure for each of these.", [
    "path_group",
    "version",
    "country",
    "device",
    "browser",
    "os",
    "hour",
    "day",
  ]),
  from: time("Not before this moment, epoch milliseconds."),
  to: time("Before this moment, epoch milliseconds."),
  limit: {
    description: "At most so many.",
    schema: { type: "integer", minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
  },
  cursor: {
    description: "The `next` of the part before.",
    schema: { type: "string", minLength: 1, maxLength: 2048 },
  },
} as const satisfies Record<string, Parameter>;

export type ParameterName = keyof typeof PARAMETERS;

/** Those that a column of events is compared with, and its name. */
export const EVENT_COLUMNS = {
  application_id: "application_id",
  session_id: "session_id",
  session_type: "session_type",
  user_id: "user_id",
  view_id: "view_id",
  path_group: "view_path_group",
  version: "version",
  env: "env",
  service: "service",
  browser: "browser",
  os: "os",
  country: "country",
  device: "device",
} as const satisfies Partial<Record<ParameterName, string>>;

/** What narrows a list of any kind of events. */
export const EVENT_PARAMETERS = Object.keys(EVENT_COLUMNS) as (keyof typeof EVENT_COLUMNS)[];
