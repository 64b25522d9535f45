import { guard } from "../guard.js";
import type { EpochMs } from "../model/units.js";
import type { Scope } from "../scope.js";
import { tried } from "../tried.js";
import type { Body } from "./batch.js";
import { keepLeft, takeLeft } from "./left.js";
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
export interface Kept {
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
  /**
   * Whose it is, asked when anything is kept. The pages of one tab follow each other, so that the last one is gone; a frame
   * has no tab.
   */
  own(): { page: string; tab: string | undefined };
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
  /** The same as the page may be gone when this returns. */
  leave(): void;
}

/** Opens with the first that is saved. Where the browser has no such thing, or does not let us, nothing is kept. */
export function createSpool({ scope, name, own, waiting, adopt, lost }: SpoolDeps): Spool {
  const { clock, report } = scope;
  let page = "";
  let tab: string | undefined;
  let db: IDBDatabase | undefined;
  let isOpened = false;
  let hasLeft = false;
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

  /** Answers what the browser was told of only now. */
  function save(): Kept[] {
    cancelBeat();
    const all = wanted();
    const news = [...all.values()].filter(({ k, body }) => stored.get(k) !== body);
    if (!db || (!all.size && !stored.size)) return news;
    change((store) => {
      for (const k of stored.keys()) if (!all.has(k)) store.delete(k);
      for (const kept of news) store.put(kept);
      if (all.size) store.put(sign());
      else store.delete(page);
      store.transaction.commit?.();
    });
    stored = new Map([...all].map(([k, { body }]) => [k, body]));
    if (all.size) cancelBeat = scope.timer(save, BEAT_MS);
    return news;
  }

  /** Makes what pages left that are gone this page's own, and asks once more where some may still be alive. */
  function takeOver(again: boolean): void {
    change((store) => {
      const request = store.getAll() as IDBRequest<(Kept | Sign)[]>;
      request.onsuccess = guard(report, () => {
        const isFresh = (at: EpochMs, ms: number) => Math.abs(clock.wall() - at) < ms;
        const living = new Set([page]);
        const all = new Map<string, Kept>();
        for (const one of request.result) {
          if ("body" in one) all.set(one.k, one);
          else if (isFresh(one.at, GONE_MS) && (!tab || one.tab !== tab)) living.add(one.k);
          else store.delete(one.k);
        }
        for (const kept of takeLeft(name, living)) all.set(kept.k, kept);
        const gone = [...all.values()].filter((kept) => !living.has(kept.page)).sort((a, b) => a.at - b.at);
        const tooMany = gone.length - LIMITS.records;
        let free = MOST_AT_ONCE;
        gone.forEach((kept, i) => {
          const { k, body, events, at } = kept;
          const isLost = i < tooMany || !isFresh(at, LIMITS.ms);
          if (!isLost && --free < 0) {
            // Of what was not from here, this is now the only copy.
            store.put(kept);
            return;
          }
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

  function identify(): void {
    ({ page, tab } = own());
  }

  function open(): void {
    isOpened = true;
    identify();
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
  }
  scope.add(close);

  return {
    save(given) {
      drafts = given;
      if (hasLeft) keepLeft(name, page, []);
      hasLeft = false;
      if (isOpened) save();
      else open();
    },
    leave() {
      drafts = [];
      // Also of a visit that was too short for more.
      identify();
      const news = save();
      hasLeft = news.length > 0 && (!db || losesAtExit());
      if (hasLeft) keepLeft(name, page, news);
    },
  };
}

/** WebKit commits nothing that a page adds as it goes, and says nothing of it. */
const losesAtExit = () => /^Apple/.test(navigator.vendor);

export const eraseSpool = (name: string): void => {
  takeLeft(name);
  tried(() => indexedDB.deleteDatabase(name));
};
