import type { Frame } from "../errors/stack.js";
import { createLru } from "../lib/lru.js";
import { blockOf } from "../rows/block.js";
import type { Store } from "../store/index.js";
import { type Found, isFileOf, readSourceMap, type SourceMap, type SourcePlace } from "./map.js";

/** What a map is found by. */
export interface MapKey {
  application_id: string;
  /** `version` of the pages; may be empty where there is a debug id. */
  release: string;
  /** Of the file and of its map, the same in both; may be empty. */
  debug_id: string;
  /** Path of the built file, such as `assets/app.js`. */
  file: string;
}

/** A call with where it stands in the sources. */
export type SourceFrame = Frame & { source?: SourcePlace };

/** What is known of an error whose calls are looked up. */
export interface ErrorPlace {
  application_id?: unknown;
  version?: unknown;
  error_frames?: unknown;
  /** `{url, id}` of files in the stack. */
  error_debug_ids?: unknown;
}

/** Of all maps of an application, as text. */
export const MOST_BYTES = 4 * 1024 ** 3;
/** Maps that are kept ready: each may be large. */
const READY = 4;
/** Maps of a release that are looked through. */
const MOST_FILES = 5000;
/** Errors whose calls are looked up in one answer, and files of each. */
const MOST_MAPS = 40;

/** Maps in the store, so that every collector on it has them. */
export function createSourceMaps(store: Store, now: () => number) {
  const ready = createLru<{ map: SourceMap | undefined }>(READY);

  /** Maps that may be of an error, those with a debug id first. */
  async function candidates(application_id: string, release: string, ids: readonly string[]): Promise<MapKey[]> {
    const of = (column: "release" | "debug_id", value: string) =>
      store.query<MapKey>(
        `SELECT application_id, release, debug_id, file FROM source_maps FINAL
        WHERE application_id = {application_id:String} AND ${column} = {value:String}
        ORDER BY uploaded_at DESC, file LIMIT ${MOST_FILES}`,
        { application_id, value },
      );
    const lists = await Promise.all([
      ...ids.map((id) => of("debug_id", id)),
      ...(release === "" ? [] : [of("release", release)]),
    ]);
    return lists.flat();
  }

  async function open(key: MapKey): Promise<SourceMap | undefined> {
    const name = JSON.stringify(key);
    const known = ready.get(name);
    if (known) return known.map;
    const [row] = await store.query<{ content: string }>(
      `SELECT content FROM source_maps FINAL WHERE application_id = {application_id:String} AND release = {release:String}
        AND debug_id = {debug_id:String} AND file = {file:String} LIMIT 1`,
      { ...key },
    );
    let map: SourceMap | undefined;
    try {
      map = row && readSourceMap(row.content);
    } catch {
      // It was one when it came; what is unreadable now is as good as not there.
    }
    ready.set(name, { map });
    return map;
  }

  return {
    /** @returns false when the application has too many already. */
    async put(key: MapKey, content: string): Promise<boolean> {
      const [held] = await store.query<{ bytes: number }>(
        `SELECT sum(bytes) AS bytes FROM source_maps FINAL WHERE application_id = {application_id:String}`,
        { application_id: key.application_id },
      );
      const bytes = Buffer.byteLength(content);
      if ((held?.bytes ?? 0) + bytes > MOST_BYTES) return false;
      const row = { ...key, bytes, uploaded_at: now(), content };
      await store.insert("source_maps", blockOf([row]), `map-${JSON.stringify([key, row.uploaded_at])}`);
      ready.set(JSON.stringify(key), { map: readSourceMap(content) });
      return true;
    },

    /** Puts beside the calls of errors where they stand in the sources, as far as there are maps. */
    async resolve<T extends ErrorPlace>(errors: readonly T[]): Promise<T[]> {
      const lists = new Map<string, Promise<MapKey[]>>();
      const opened = new Set<string>();
      const listed = (application: string, release: string, ids: readonly string[]) => {
        const name = JSON.stringify([application, release, ids]);
        const known = lists.get(name) ?? candidates(application, release, ids);
        lists.set(name, known);
        return known;
      };
      const resolved: T[] = [];
      for (const error of errors) {
        const { application_id, version = "", error_frames, error_debug_ids } = error;
        if (typeof application_id !== "string" || typeof version !== "string" || !Array.isArray(error_frames)) {
          resolved.push(error);
          continue;
        }
        const ids = debugIdsOf(error_debug_ids);
        const maps = await listed(application_id, version, [...new Set(ids.values())].sort());
        const calls: { frame: Frame; found: Found | undefined }[] = [];
        for (const frame of error_frames as Frame[]) {
          const key = maps.length === 0 ? undefined : keyOf(frame, maps, ids);
          if (key) opened.add(JSON.stringify(key));
          calls.push({ frame, found: key && opened.size <= MOST_MAPS ? (await open(key))?.find(frame) : undefined });
        }
        const frames = calls.map(({ frame, found }, i): SourceFrame => {
          if (!found) return frame;
          // A function is named where it was called: one call further out, unless it only waited there.
          const outer = calls[i + 1];
          const name = outer?.frame.async ? undefined : outer?.found?.name;
          return { ...frame, source: { ...found.place, ...(name && { function: name }) } };
        });
        resolved.push({ ...error, error_frames: frames });
      }
      return resolved;
    },
  };
}

export type SourceMaps = ReturnType<typeof createSourceMaps>;

/** By the debug id of the frame's file, else by its path: the longest that fits. */
function keyOf({ file }: Frame, maps: readonly MapKey[], ids: ReadonlyMap<string, string>): MapKey | undefined {
  if (!file) return undefined;
  const id = ids.get(file);
  const byId = id && maps.find(({ debug_id }) => debug_id === id);
  if (byId) return byId;
  const fits = maps.filter((map) => isFileOf(file, map.file));
  return fits.length === 0 ? undefined : fits.reduce((a, b) => (b.file.length > a.file.length ? b : a));
}

/** URL of a file → its debug id. */
function debugIdsOf(list: unknown): Map<string, string> {
  const found = new Map<string, string>();
  for (const one of Array.isArray(list) ? list.slice(0, 20) : []) {
    const { url, id } = (typeof one === "object" && one !== null ? one : {}) as { url?: unknown; id?: unknown };
    if (typeof url === "string" && typeof id === "string") found.set(url, id);
  }
  return found;
}
