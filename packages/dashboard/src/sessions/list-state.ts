import type { Page, SessionItem } from "../api/types.js";

/** The most rows the list keeps. */
export const MAX_ROWS = 2000;

/** A list that grows at both ends: new sessions at the top, older ones asked for at the bottom. */
export interface ListState {
  /** Newest first. */
  items: readonly SessionItem[];
  /** Where older ones begin; `null` when there are none. */
  next: string | null;
  /** Ids that arrived while the reader was busy with the list; they wait to be shown. */
  waiting: ReadonlySet<string>;
  /** Ids that the last answer added at the top. */
  arrived: ReadonlySet<string>;
  /** What was asked; `undefined` before any answer. Another question begins another list. */
  question: string | undefined;
}

export type ListChange =
  /** The newest sessions, asked again. `hold` lets new ones wait. */
  | { kind: "newest"; question: string; page: Page<SessionItem>; hold: boolean }
  /** Older ones, after `next`. */
  | { kind: "older"; question: string; page: Page<SessionItem> }
  | { kind: "release" };

const NONE: ReadonlySet<string> = new Set();

export const EMPTY_LIST: ListState = { items: [], next: null, waiting: NONE, arrived: NONE, question: undefined };

export function reduceList(state: ListState, change: ListChange): ListState {
  switch (change.kind) {
    case "newest":
      if (change.question !== state.question) return beginList(change.question, change.page);
      return mergeNewest(state, change.question, change.page, change.hold);
    case "older": {
      if (change.question !== state.question) return state;
      const known = idsOf(state.items);
      const older = change.page.items.filter((item) => !known.has(item.session_id));
      return { ...state, items: [...state.items, ...older].slice(0, MAX_ROWS), next: change.page.next };
    }
    case "release":
      return state.waiting.size === 0 ? state : { ...state, waiting: NONE, arrived: state.waiting };
  }
}

const beginList = (question: string, { items, next }: Page<SessionItem>): ListState => ({
  ...EMPTY_LIST,
  items,
  next,
  question,
});

function mergeNewest(state: ListState, question: string, page: Page<SessionItem>, hold: boolean): ListState {
  const known = idsOf(state.items);
  const fresh = idsOf(page.items);
  const oldest = page.items.at(-1);
  const meets = page.next === null || page.items.some((item) => known.has(item.session_id));
  // More new sessions than one page holds: what lies between is unknown, so the list begins anew.
  if (!meets) return beginList(question, page);

  const isBelow = (item: SessionItem) =>
    oldest !== undefined && item.date <= oldest.date && !fresh.has(item.session_id);
  const below = page.next === null ? [] : state.items.filter(isBelow);
  const arrived = page.items.filter((item) => !known.has(item.session_id)).map((item) => item.session_id);
  const stillWaiting = [...state.waiting].filter((id) => fresh.has(id));
  const next = page.next === null ? null : (state.next ?? (below.length === 0 ? page.next : null));
  return {
    items: [...page.items, ...below].slice(0, MAX_ROWS),
    next,
    waiting: hold ? new Set([...stillWaiting, ...arrived]) : NONE,
    arrived: hold ? NONE : new Set([...stillWaiting, ...arrived]),
    question,
  };
}

/** What is shown: everything that does not wait. */
export const shownItems = ({ items, waiting }: ListState): readonly SessionItem[] =>
  waiting.size === 0 ? items : items.filter((item) => !waiting.has(item.session_id));

const idsOf = (items: readonly SessionItem[]) => new Set(items.map((item) => item.session_id));
