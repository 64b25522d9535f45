import * as v from "valibot";
import { clean, type Flaw } from "../intake/hygiene.js";

/** Documents of one body. */
export const MAX_DOCUMENTS = 500;

const text = (most: number) =>
  v.pipe(v.string("must be a text"), v.maxLength(most, `must have at most ${most} characters`));
const required = (most: number) => v.pipe(text(most), v.minLength(1, "must not be empty"));
const optional = (most: number) => v.optional(text(most), "");
/** The year 2100 ends what a clock may say; a table's date holds no more. */
const moment = v.pipe(
  v.number("must be epoch milliseconds"),
  v.integer("must be epoch milliseconds"),
  v.minValue(0, "must be epoch milliseconds"),
  v.maxValue(4_102_444_800_000, "must be before the year 2100"),
);
const maybe = v.optional(v.nullable(moment), null);
const flag = v.optional(v.boolean("must be true or false"), false);
const id = v.pipe(v.string("must be a text"), v.regex(/^[\x21-\x7e]{1,128}$/, "must be 1 to 128 printable characters"));
const word = v.pipe(v.string("must be a word"), v.regex(/^[a-z0-9_]{1,40}$/, "must be a word of a-z, 0-9 and _"));

/** As the server saw the client; fields that are unknown are empty. */
const client = {
  host: optional(255),
  /** Only as much of it is kept as the collector's option `address` lets. */
  ip: optional(45),
  country: v.optional(v.pipe(v.string(), v.regex(/^(?:[A-Z]{2})?$/, "must be two letters")), ""),
  browser: optional(64),
  browser_version: optional(64),
  os: optional(64),
  os_version: optional(64),
  device: optional(32),
  device_vendor: optional(64),
  device_model: optional(64),
  app: optional(64),
  app_version: optional(64),
};

const connection = v.strictObject({
  kind: v.literal("connection"),
  connection_id: id,
  instance_id: id,
  /** Epoch ms of this state. */
  version: moment,
  transport: required(32),
  created_at: moment,
  login_at: maybe,
  last_activity_at: moment,
  logout_at: maybe,
  closed_at: maybe,
  close_reason: v.optional(v.union([word, v.literal("")]), ""),
  user_id: optional(256),
  session_id: v.optional(v.union([id, v.literal("")]), ""),
  bot: flag,
  synthetic: flag,
  impersonated: flag,
  ...client,
});

const signIn = v.strictObject({
  kind: v.literal("sign_in"),
  event_id: id,
  date: moment,
  type: word,
  reason: optional(500),
  user_id: required(256),
  sign_in: optional(64),
  sign_in_kind: v.optional(v.picklist(["login", "impersonation", ""], 'must be "login" or "impersonation"'), ""),
  actor_id: optional(256),
  auth_method: optional(32),
  flags: v.optional(v.pipe(v.array(word, "must be a list of words"), v.maxLength(20, "must have at most 20")), []),
  ...client,
});

/** Whose a session of the browser is, as the server knows that signed the user in. */
const sessionUser = v.strictObject({
  kind: v.literal("session_user"),
  session_id: id,
  user_id: required(256),
  date: moment,
});

const document = v.variant("kind", [connection, signIn, sessionUser], "must be connection, sign_in or session_user");
const envelope = v.strictObject({
  v: v.literal(1, "must be 1"),
  documents: v.pipe(
    v.array(v.unknown(), "must be a list"),
    v.minLength(1, "must not be empty"),
    v.maxLength(MAX_DOCUMENTS, `must have at most ${MAX_DOCUMENTS}`),
  ),
});

export type ServerDocument = v.InferOutput<typeof document>;
export type ConnectionDocument = v.InferOutput<typeof connection>;
export type SignInDocument = v.InferOutput<typeof signIn>;

export type CheckedDocuments =
  | {
      readonly ok: true;
      readonly documents: readonly ServerDocument[];
      readonly rejected: readonly { readonly index: number; readonly reason: string }[];
    }
  | { readonly ok: false; readonly flaw: Flaw };

/** Checks a parsed body: a flaw in a document refuses that one alone. */
export function checkDocuments(body: unknown): CheckedDocuments {
  const flaw = clean(body, "body");
  if (flaw) return { ok: false, flaw };
  const read = v.safeParse(envelope, body, { abortEarly: true });
  if (!read.success) return { ok: false, flaw: flawOf(read.issues[0]) };
  const documents: ServerDocument[] = [];
  const rejected: { index: number; reason: string }[] = [];
  for (const [index, one] of read.output.documents.entries()) {
    const checked = v.safeParse(document, one, { abortEarly: true });
    if (checked.success) documents.push(checked.output);
    else {
      const { field, reason } = flawOf(checked.issues[0]);
      rejected.push({ index, reason: `${field}: ${reason}` });
    }
  }
  return { ok: true, documents, rejected };
}

function flawOf(issue: v.BaseIssue<unknown>): Flaw {
  const field = v.getDotPath(issue) ?? "body";
  const isMissing = issue.input === undefined && issue.expected !== "never";
  const reason = issue.expected === "never" ? "is not known" : isMissing ? "is missing" : issue.message;
  return { field, reason };
}
