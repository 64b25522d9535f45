import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { type Command, usageError } from "./command.js";

const zip = promisify(gzip);
const MOST_FILES = 5000;

export const SOURCEMAPS: Command = {
  summary: "uploads the source maps of a release to a running collector: sourcemaps upload DIR",
  details: `Every .map file below DIR is sent with the path of its built file, and with its debug id where the map or the file has
one. Errors of pages whose version is the release are then shown with their sources. Nothing is sent but the maps; the files themselves are
only looked at for their debug ids. The token is one of the role admin, out of SOJOURN_TOKEN where --token is not given.`,
  positional: "upload DIR",
  positionals: 2,
  options: {
    application: { type: "string", value: "ID", help: "of this application" },
    release: { type: "string", value: "VERSION", help: "the version that its pages tell" },
    url: { type: "string", value: "URL", help: "of the collector (default http://127.0.0.1:8650)" },
    token: { type: "string", value: "TOKEN", help: "a read token of the role admin" },
    "dry-run": { type: "boolean", help: "names what would be sent" },
  },
  async run(config, values, { out }) {
    const [verb, directory] = values.positionals;
    if (verb !== "upload") throw usageError("upload", "is the one thing to do: sourcemaps upload DIR");
    if (!directory) throw usageError("DIR", "must be the folder of the built files");
    const application = values.text("application");
    if (!application) throw usageError("application", "must be the id of the application");
    const release = values.text("release") ?? "";
    const token = values.text("token") ?? process.env.SOJOURN_TOKEN ?? "";
    const base = values.text("url") ?? `http://127.0.0.1:${config.port}`;
    if (!URL.canParse(base)) throw usageError("url", `must be a URL; got "${base}"`);

    const maps = await mapsIn(directory);
    if (maps.length === 0) throw new Error(`there is no .map file below ${directory}`);
    for (const { file, path } of maps) {
      const content = await readFile(path);
      const debug_id = await debugIdOf(content.toString("utf8"), path.slice(0, -".map".length));
      if (release === "" && debug_id === "") throw usageError("release", `must be given: ${file} has no debug id`);
      out(`${file}${debug_id && ` (${debug_id})`}\n`);
      if (!values.flag("dry-run")) await send({ application_id: application, release, debug_id, file }, content);
    }
    out(
      `${values.flag("dry-run") ? "There are" : "Sent"} ${maps.length} maps of ${release || "files with debug ids"}.\n`,
    );
    return 0;

    async function send(key: Record<string, string>, content: Buffer): Promise<void> {
      const url = new URL("/v1/sourcemaps", base);
      url.search = String(new URLSearchParams(key));
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(url, { method: "PUT", body: new Uint8Array(await zip(content)), headers });
      if (response.ok) return;
      const { error } = (await response.json().catch(() => ({}))) as { error?: { message?: string } };
      throw new Error(`${key.file}: the collector answered ${response.status}: ${error?.message ?? ""}`);
    }
  },
};

/** Maps below a folder, by the path of what they are of; links are not followed. */
async function mapsIn(directory: string): Promise<{ file: string; path: string }[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && /\.(?:js|mjs|cjs|css)\.map$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (paths.length > MOST_FILES) throw new Error(`there are more than ${MOST_FILES} maps below ${directory}`);
  return paths.map((path) => ({ file: relative(directory, path).split(sep).join("/").slice(0, -".map".length), path }));
}

/** Of the map, or of the file that it is of (https://github.com/tc39/ecma426/blob/main/proposals/debug-id.md). */
async function debugIdOf(map: string, built: string): Promise<string> {
  const { debugId, debug_id } = JSON.parse(map) as { debugId?: unknown; debug_id?: unknown };
  const told = debugId ?? debug_id;
  if (typeof told === "string") return told;
  const text = await readFile(built, "utf8").catch(() => "");
  return /\/\/# debugId=([\w-]{1,64})\s*$/.exec(text)?.[1] ?? "";
}
