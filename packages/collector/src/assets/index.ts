import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, extname, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { methodNotAllowed, notFound } from "../http/answers.js";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

const DASHBOARD_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** A file whose name holds a hash of its content never changes. */
const HASHED = /[-.][A-Za-z0-9_-]{8,}\.(?:js|css|woff2|svg|png)$/;

/** Where the built files are; a file that is not there is answered with how to build it. */
export interface AssetFiles {
  /** The dashboard's `index.html`, beside its other files. */
  dashboard: string | undefined;
  /** The SDK's file for a script tag. */
  sdk: string | undefined;
}

/** The files of the packages that are installed beside this one. */
export function installedAssets(): AssetFiles {
  return { dashboard: locate("@sojourn/dashboard/index.html"), sdk: locate("@sojourn/rum/sojourn.js") };
}

/**
 * Serves the dashboard below `/dashboard/` and the SDK at `/sojourn.js`.
 *
 * @returns undefined for another path.
 */
export function createAssets(files: AssetFiles): (request: Request) => Promise<Response | undefined> {
  return async (request) => {
    const { pathname } = new URL(request.url);
    // Relative, since a server around this one may have taken a prefix off the path.
    if (pathname === "/dashboard") return new Response(null, { status: 308, headers: { Location: "dashboard/" } });
    const isDashboard = pathname.startsWith("/dashboard/");
    if (!isDashboard && pathname !== "/sojourn.js") return undefined;
    if (request.method !== "GET" && request.method !== "HEAD") return methodNotAllowed(request.method, "GET, HEAD");
    return isDashboard
      ? dashboard(request, files.dashboard, pathname.slice("/dashboard/".length))
      : sdk(request, files.sdk);
  };
}

async function dashboard(request: Request, index: string | undefined, path: string): Promise<Response> {
  if (index === undefined) return notBuilt("The dashboard");
  const named = safePath(dirname(index), path);
  if (named === undefined) return notFound("There is no such file.");
  // A path without an ending is a place in the dashboard, which finds its way by itself.
  const file = extname(named) === "" ? index : named;
  const bytes = await readFile(file).catch(() => undefined);
  if (!bytes) return file === index ? notBuilt("The dashboard") : notFound("There is no such file.");
  return serveFile(request, file, bytes, {
    "Cache-Control": HASHED.test(file) ? "public, max-age=31536000, immutable" : "no-cache",
    "Content-Security-Policy": DASHBOARD_POLICY,
    "Referrer-Policy": "no-referrer",
  });
}

async function sdk(request: Request, file: string | undefined): Promise<Response> {
  const bytes = file && (await readFile(file).catch(() => undefined));
  if (!file || !bytes) return notBuilt("The SDK");
  return serveFile(request, file, bytes, {
    "Cache-Control": "public, max-age=300",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
  });
}

function serveFile(request: Request, file: string, bytes: Buffer, headers: Record<string, string>): Response {
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  const all = {
    ETag: etag,
    "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
    "X-Content-Type-Options": "nosniff",
    ...headers,
  };
  if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers: all });
  return new Response(new Uint8Array(bytes), { headers: { ...all, "Content-Length": String(bytes.length) } });
}

function locate(specifier: string): string | undefined {
  try {
    return fileURLToPath(import.meta.resolve(specifier));
  } catch {
    return undefined;
  }
}

/** The file below a folder that a path names; undefined when it leads out of it. */
function safePath(folder: string, path: string): string | undefined {
  let name: string;
  try {
    name = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  if (name.includes("\0")) return undefined;
  const file = resolve(folder, name);
  return file === folder || file.startsWith(folder + sep) ? file : undefined;
}

function notBuilt(what: string): Response {
  return new Response(`${what} is not built. Run: npm run build\n`, {
    status: 503,
    headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" },
  });
}
