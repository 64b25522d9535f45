import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Role } from "../auth/index.js";
import { json, methodNotAllowed, type Refusal, refuse } from "../http/answers.js";
import { type MapKey, MOST_BYTES, type SourceMaps } from "./index.js";
import { readSourceMap } from "./map.js";

/** Of one map, sent and inflated. */
export const MAX_WIRE_BYTES = 16 * 1024 * 1024;
export const MAX_MAP_BYTES = 64 * 1024 * 1024;
const inflate = promisify(gunzip);

const FIELDS: Readonly<Record<keyof MapKey, RegExp>> = {
  application_id: /^[\w.-]{1,64}$/,
  release: /^[^\p{Cc}]{0,200}$/u,
  debug_id: /^[\w-]{0,64}$/,
  file: /^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\p{Cc}]{1,512}$/u,
};
const FORMS: Readonly<Record<keyof MapKey, string>> = {
  application_id: "must be the id of an application",
  release: "must be the version of the pages, at most 200 characters",
  debug_id: "must be a debug id: at most 64 letters, digits, - and _",
  file: "must be the path of the built file, such as assets/app.js, with at most 512 characters and no ..",
};

/** `PUT /v1/sourcemaps?application_id=…&release=…&debug_id=…&file=…` with the map as the body, also in gzip. For admins. */
export async function takeSourceMap(
  request: Request,
  role: Role,
  maps: SourceMaps,
  applications: readonly { id: string }[],
): Promise<Response> {
  if (request.method !== "PUT") return methodNotAllowed(request.method, "PUT");
  if (role !== "admin") {
    return refuse({ status: 403, code: "admins_only", message: "This needs a read token of the role admin." });
  }
  const key = readKey(new URL(request.url).searchParams);
  if ("status" in key) return refuse(key);
  if (!applications.some(({ id }) => id === key.application_id)) {
    return refuse(bad("application_id", `application_id: there is no application ${key.application_id}.`));
  }
  const body = await readBytes(request);
  if (!body) return refuse(tooLarge(`${MAX_WIRE_BYTES} bytes, or ${MAX_MAP_BYTES} when inflated`));
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    readSourceMap(text);
  } catch {
    return refuse(bad("body", "body: is no source map of version 3."));
  }
  if (!(await maps.put(key, text))) return refuse(tooLarge(`what is left of ${MOST_BYTES} bytes for the application`));
  return json(201, { ...key, bytes: body.byteLength });
}

function readKey(search: URLSearchParams): MapKey | Refusal {
  const key: MapKey = { application_id: "", release: "", debug_id: "", file: "" };
  for (const [name, value] of search) {
    if (!Object.hasOwn(FIELDS, name)) return bad(name.slice(0, 60), `${name.slice(0, 60)} is no parameter here.`);
    key[name as keyof MapKey] = value;
  }
  for (const [name, form] of Object.entries(FIELDS) as [keyof MapKey, RegExp][]) {
    if (!form.test(key[name])) return bad(name, `${name} ${FORMS[name]}.`);
  }
  if (key.release === "" && key.debug_id === "") return bad("release", "release: give it, or a debug_id.");
  return key;
}

/** undefined when there is too much of it. */
async function readBytes(request: Request): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_WIRE_BYTES) return undefined;
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  return inflate(bytes, { maxOutputLength: MAX_MAP_BYTES }).catch((error: NodeJS.ErrnoException) =>
    error.code === "ERR_BUFFER_TOO_LARGE" ? undefined : new Uint8Array(),
  );
}

const bad = (field: string, message: string): Refusal => ({ status: 400, code: "malformed", message, field });
const tooLarge = (limit: string): Refusal => ({
  status: 413,
  code: "too_large",
  message: `The map is larger than ${limit}.`,
  field: "body",
});
