import { guard, type Options, type RelativeMs, range, type Stop } from "@sojourn/core";
import { closest } from "../element/dom.js";
import { observeEntries } from "../observer.js";
import { patchMethod } from "../patch.js";
import { requests, type ScriptRequest } from "../requests/index.js";
import { matchesAny, rules } from "../rules.js";
import type { Sdk } from "../sdk.js";
import { restAt, type Waiting } from "./rest.js";

/** Options of every feature that asks whether the page is at rest. */
export const ACTIVITY = {
  /** The page is at rest when nothing changed on it or was asked for by it for this many milliseconds. Default 100. */
  settleMs: range(10, 5000, 100),
  /** Requests that do not keep the page busy, by a text or an expression that is found in the URL. They are still resources. */
  ignoreActivityOf: rules,
} as const;

export interface Activity {
  /**
   * Tells once that the page has come to rest.
   *
   * @param from requests count that began after this
   * @param longest milliseconds after `from` until it is given up
   * @param path shadow trees in it are looked into; no others can be
   */
  watch(from: RelativeMs, longest: number, done: Done, path?: readonly EventTarget[]): Stop;
}

/**
 * @param last when something happened on the page last; `undefined`: nothing did
 * @param rested false when it is given up, since the page is still busy
 * @param answered a person got an answer that is no activity: something scrolled, changed its value, got the focus
 */
type Done = (last: RelativeMs | undefined, rested: boolean, answered: boolean) => void;

interface Watch extends Waiting {
  done: Done;
}

const ANSWERS = ["input", "scroll", "toggle", "focus", "blur", "play", "pause", "copy"];
/** Browsers ask a page that listens to this before they leave it: only while somebody watches. */
const LEAVING = "beforeunload";
const CHANGES = { attributes: true, characterData: true, childList: true, subtree: true };

/**
 * A service: use it by `sdk.share(activity)`. What happens on a page: changes of its DOM, open requests, loaded files,
 * `window.open`. Changes are observed only while somebody watches.
 */
export function activity({ scope, share, options }: Sdk): Activity {
  const { clock, report } = scope;
  const { settleMs, ignoreActivityOf } = options as unknown as Options<typeof ACTIVITY>;
  const watches = new Set<Watch>();
  const open = new Set<ScriptRequest>();
  let last = -1 as RelativeMs;
  let answeredAt = -1;
  let looking = false;

  const note = () => {
    last = clock.now();
  };
  const counts = (url: string) => !matchesAny(url, ignoreActivityOf);

  const changes = new MutationObserver(
    guard(report, (records: MutationRecord[]) => {
      if (records.some(({ target }) => !closest(target, "[data-sojourn-ignore-activity]"))) note();
    }),
  );

  const answer = guard(report, () => {
    answeredAt = clock.now();
  });
  // Always: to begin and end these at each click costs more than to note the moment.
  scope.listen(window, ANSWERS, answer);

  function look(): void {
    looking = true;
    changes.observe(document, CHANGES);
    addEventListener(LEAVING, answer);
  }

  function stopLooking(): void {
    looking = false;
    changes.disconnect();
    removeEventListener(LEAVING, answer);
  }

  const drainEntries = observeEntries(
    scope,
    ["resource"],
    ({ name, initiatorType, responseEnd }: PerformanceResourceTiming) => {
      // What scripts ask for is known already, and without the SDK's own.
      if (!/^(fetch|xml|beacon)/.test(initiatorType) && counts(name)) last = Math.max(last, responseEnd) as RelativeMs;
    },
  );

  /** One timer serves all: nobody comes to rest sooner than in a quiet time from now. */
  function judge(): void {
    drainEntries();
    const now = clock.now();
    const starts = [...open].map(({ startedAt }) => startedAt);
    let soonest = settleMs;
    for (const watch of watches) {
      const left = restAt(watch, last, starts, settleMs) - now;
      if (left > 0) {
        soonest = Math.min(soonest, left);
        continue;
      }
      watches.delete(watch);
      const { from, began, longest, done } = watch;
      guard(report, done)(last < began ? undefined : last, now < from + longest, answeredAt >= began);
    }
    if (watches.size) scope.timer(judge, soonest);
    else stopLooking();
  }

  const { started, ended } = share(requests);
  started.on((request) => {
    if (!counts(request.url)) return;
    open.add(request);
    note();
  });
  ended.on((request) => {
    if (open.delete(request)) note();
  });
  scope.add(patchMethod(window, "open", report, () => void note()));
  scope.add(stopLooking);

  return {
    watch(from, longest, done, path = []) {
      const watch = { from, began: clock.now(), longest, done };
      if (!looking) {
        look();
        scope.timer(judge, settleMs);
      }
      for (const node of path) if (node instanceof ShadowRoot) changes.observe(node, CHANGES);
      watches.add(watch);
      return () => watches.delete(watch);
    },
  };
}
