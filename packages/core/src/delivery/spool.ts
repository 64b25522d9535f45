import { guard } from "../guard.js";
import type { EpochMs } from "../model/units.js";
import type { Scope } from "../scope.js";
import { tried } from "../tried.js";
import type { Body } from "./batch.js";
import type { Parcel } from "./parcel.js";

const STORE = "bodies";
/** How often a page that has something in the spool says that it lives. */
const BEAT_MS = 5000;
/** A page that said nothing for so long is gone, and what it had is whoever's comes. */
const GONE_MS = 15_000;
/** What is older than this, or more, is given up. */
const LIMITS = { ms: 14 * 24 * 3_600_000, records: 100 };
/** So many are taken over at once; the next page takes the rest. */
const MOST_AT_ONCE = 32;

/** What a page has not seen arrive. Other versions of this code read it too. */
interface Kept {
  k: string;
  page: string;
  body: Parcel["body"];
  events: number;
  /** When it was made. */
  at: EpochMs;
}

/** Under the page's own id: that it lives. */
interface Sign {
  k: string;
  tab: string | undefined;
  at: EpochMs;
}

export interface SpoolDeps {
  scope: Scope;
  name: string;
  page: string;
  /** The pages of one tab follow each other, so that the last one is gone. Not of a frame. */
  tab: string | undefined;
  /** What this page has sent and no answer came to. */
  waiting(): Iterable<Parcel>;
  /** What a page left that is gone is sent by this one. */
  adopt(parcel: Parcel): void;
  /** So many events were too old, or too many. */
  lost(events: number): void;
}

/**
 * What has not arrived, kept by the browser, so that the next page sends what this one could not: when its tab crashed, its
 * browser was killed, or it was offline. One page at a time has each body; the intake keeps each event once.
 */
export interface Spool {
  /** Brings the copy up to date. `drafts`: what would be sent if that were now. */
  save(drafts: readonly Body[]): void;
}

/** Where the browser has no such thing, or does not let us, nothing is kept. */
export function openSpool({ scope, name, page, tab, waiting, adopt, lost }: SpoolDeps): Spool {
  const { clock, report } = scope;
  let db: IDBDatabase | undefined;
  let drafts: readonly Body[] = [];
  /** Key → the body that is kept under it. */
  let stored = new Map<string, Parcel["body"]>();
  let lastKey = 0;
  const newKey = () => `${page}.${++lastKey}`;
  const draftKeys: string[] = [];
  let cancelBeat = () => {};

  function close(): void {
    cancelBeat();
    db?.close();
    db = undefined;
  }

  /** Runs at once, or not at all. The page may be gone before the browser would commit by itself. */
  function change(use: (store: IDBObjectStore) => void): void {
    tried(() => {
      const transaction = db?.transaction(STORE, "readwrite", { durability: "relaxed" });
      if (!transaction) return;
      // Full, or taken away.
      transaction.onabort = guard(report, close);
      use(transaction.objectStore(STORE));
    });
  }

  const sign = (): Sign => ({ k: page, tab, at: clock.wall() });

  /** What is to be there now. */
  function wanted(): Map<string, Kept> {
    const now = clock.wall();
    const all = new Map<string, Kept>();
    const want = (k: string, body: Parcel["body"], events: number, at = now) => {
      all.set(k, { k, page, body, events, at });
    };
    for (const parcel of waiting()) {
      // What left takes the place of its draft: WebKit removes what a page that is going removes, and loses what it adds.
      parcel.key ??= draftKeys.shift() ?? newKey();
      want(parcel.key, parcel.body, parcel.events, parcel.made);
    }
    drafts.forEach(({ json, events }, i) => {
      draftKeys[i] ??= newKey();
      want(draftKeys[i], json, events);
    });
    draftKeys.length = drafts.length;
    return all;
  }

  function save(): void {
    cancelBeat();
    const all = wanted();
    if (!db || (!all.size && !stored.size)) return;
    change((store) => {
      for (const k of stored.keys()) if (!all.has(k)) store.delete(k);
      for (const [k, kept] of all) if (stored.get(k) !== kept.body) store.put(kept);
      if (all.size) store.put(sign());
      else store.delete(page);
      store.transaction.commit?.();
    });
    stored = new Map([...all].map(([k, { body }]) => [k, body]));
    if (all.size) cancelBeat = scope.timer(save, BEAT_MS);
  }

  /** Makes what pages left that are gone this page's own, and asks once more where some may still be alive. */
  function takeOver(again: boolean): void {
    change((store) => {
      const request = store.getAll() as IDBRequest<(Kept | Sign)[]>;
      request.onsuccess = guard(report, () => {
        const isFresh = (at: EpochMs, ms: number) => Math.abs(clock.wall() - at) < ms;
        const living = new Set([page]);
        const left: Kept[] = [];
        for (const one of request.result) {
          if ("body" in one) left.push(one);
          else if (isFresh(one.at, GONE_MS) && (!tab || one.tab !== tab)) living.add(one.k);
          else store.delete(one.k);
        }
        const gone = left.filter((kept) => !living.has(kept.page)).sort((a, b) => a.at - b.at);
        const tooMany = gone.length - LIMITS.records;
        let free = MOST_AT_ONCE;
        gone.forEach(({ k, body, events, at }, i) => {
          const isLost = i < tooMany || !isFresh(at, LIMITS.ms);
          if (!isLost && --free < 0) return;
          store.delete(k);
          if (isLost) lost(events);
          else {
            const key = newKey();
            store.put({ k: key, page, body, events, at });
            stored.set(key, body);
            adopt({ body, events, made: at, late: true, key });
          }
        });
        // Whoever asks next sees that they are a living page's.
        if (stored.size) store.put(sign());
        save();
        if (again && living.size > 1) scope.timer(() => takeOver(false), GONE_MS);
      });
    });
  }

  tried(() => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "k" });
    request.onsuccess = guard(report, () => {
      db = request.result;
      if (scope.stopped) {
        close();
        return;
      }
      // Somebody removes all of it.
      db.onversionchange = db.onclose = close;
      takeOver(true);
    });
  });
  scope.add(close);

  return {
    save(given) {
      drafts = given;
      save();
    },
  };
}

export const eraseSpool = (name: string): void => {
  tried(() => indexedDB.deleteDatabase(name));
};
