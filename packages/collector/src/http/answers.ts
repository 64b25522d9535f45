/** Why a request was not served. Becomes `{"error":{code,message,field?}}`. */
export interface Refusal {
  status: number;
  /** A stable word for programs, such as `unknown_token`. */
  code: string;
  /** One sentence for people: what was given, what is accepted. */
  message: string;
  /** The field, parameter or header the refusal is about. */
  field?: string | undefined;
  /** Seconds until another try can succeed. */
  retryAfter?: number | undefined;
  /** Request methods that would be served, for a 405. */
  allow?: string | undefined;
}

/** A JSON answer that no cache keeps. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  const text = JSON.stringify(body);
  return new Response(text, {
    status,
    headers: {
      "Content-Length": String(Buffer.byteLength(text)),
      "Content-Type": "application/json; charset=utf-8",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      ...headers,
    },
  });
}

/** The answer that states a refusal. */
export function refuse(refusal: Refusal): Response {
  const { status, code, message, field, retryAfter, allow } = refusal;
  const headers: Record<string, string> = {};
  if (retryAfter !== undefined) headers["Retry-After"] = String(Math.max(1, Math.ceil(retryAfter)));
  if (allow !== undefined) headers.Allow = allow;
  return json(status, { error: { code, message, ...(field === undefined ? {} : { field }) } }, headers);
}

export function methodNotAllowed(given: string, allow: string): Response {
  return refuse({
    status: 405,
    code: "method_not_allowed",
    message: `${given} is not served here; use ${allow}.`,
    allow,
  });
}

export function notFound(message: string): Response {
  return refuse({ status: 404, code: "not_found", message });
}

/** The answer of who cannot take requests now. */
export function unavailable(code: string, message: string): Response {
  return refuse({ status: 503, code, message, retryAfter: 5 });
}

/** The answer while the store cannot be reached. */
export function storeUnavailable(message = "The store cannot be reached at the moment."): Response {
  return unavailable("store_unavailable", message);
}
