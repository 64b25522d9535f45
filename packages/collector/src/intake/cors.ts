/** Lets a page of an allowed origin read the answer and when to try again. Has no effect without an origin. */
export function withCors(response: Response, origin: string | null, allowed: boolean): Response {
  response.headers.append("Vary", "Origin");
  if (origin === null || !allowed) return response;
  response.headers.set("Access-Control-Allow-Origin", origin);
  response.headers.set("Access-Control-Expose-Headers", "Retry-After");
  return response;
}

/** The answer to a preflight. The SDK causes none; other senders with headers of their own do. */
export function preflight(): Response {
  return new Response(null, {
    status: 204,
    headers: {
      "Access-Control-Allow-Methods": "POST",
      "Access-Control-Allow-Headers": "Content-Type, Content-Encoding",
      "Access-Control-Max-Age": "7200",
      "Cache-Control": "no-store",
    },
  });
}
