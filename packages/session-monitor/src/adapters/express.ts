import type { ConnectionHandle, SessionMonitor } from "../monitor.js";
import type { RequestLike } from "../request.js";
import { createRecorder, type RequestsOptions } from "./node-http.js";

/**
 * Middleware for Express 4 and 5: records the client of every request, and leaves its presence in
 * `response.locals.connection`. With `identify`, put it behind what signs users in.
 */
export function expressMonitor<Request extends RequestLike>(
  monitor: SessionMonitor,
  options?: RequestsOptions<Request>,
): (request: Request, response: { locals: Record<string, unknown> }, next: () => void) => void {
  const record = createRecorder(monitor, options);
  return (request, response, next) => {
    const connection: ConnectionHandle | undefined = record(request);
    if (connection) response.locals.connection = connection;
    next();
  };
}
