import { type PageContext, type RelativeMs, type ToEpoch, uuid } from "@sojourn/core";
import type { RumOptions } from "./options.js";

const MAX_NAME = 200;
const TAB_KEY = "_sojourn_tab";

/** What is true of this document from its first moment to its last. */
export function pageContext(toEpoch: ToEpoch, { service, env, version }: RumOptions): PageContext {
  return {
    page_id: uuid(),
    page_started_at: toEpoch(0 as RelativeMs),
    tab_id: tabId(),
    service: service?.slice(0, MAX_NAME),
    env: env?.slice(0, MAX_NAME),
    version: version?.slice(0, MAX_NAME),
    screen_size: maybe(() => `${screen.width}x${screen.height}`),
    time_zone: maybe(() => Intl.DateTimeFormat().resolvedOptions().timeZone),
    language: maybe(() => navigator.language),
    network_type: maybe(() => (navigator as { connection?: { effectiveType?: string } }).connection?.effectiveType),
  };
}

/** What an extension that hides a person's browser may have made throw. */
function maybe<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Groups the documents that one tab showed. A duplicated tab copies it: pages still differ. */
function tabId(): string {
  try {
    const known = sessionStorage.getItem(TAB_KEY);
    if (known && /^[\w-]{1,64}$/.test(known)) return known;
    const made = uuid();
    sessionStorage.setItem(TAB_KEY, made);
    return made;
  } catch {
    return uuid();
  }
}

export const forgetTab = (): void => {
  try {
    sessionStorage.removeItem(TAB_KEY);
  } catch {
    // Nothing could have been kept.
  }
};
