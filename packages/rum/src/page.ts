import { type PageContext, type RelativeMs, type ToEpoch, tried, uuid } from "@sojourn/core";
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
    // An extension that hides a person's browser may have made these throw.
    screen_size: tried(() => `${screen.width}x${screen.height}`),
    time_zone: tried(() => Intl.DateTimeFormat().resolvedOptions().timeZone),
    language: tried(() => navigator.language),
    network_type: tried(() => (navigator as { connection?: { effectiveType?: string } }).connection?.effectiveType),
  };
}

/** Groups the documents that one tab showed. A duplicated tab copies it: pages still differ. */
function tabId(): string {
  const known = tried(() => sessionStorage.getItem(TAB_KEY));
  if (known && /^[\w-]{1,64}$/.test(known)) return known;
  const made = uuid();
  tried(() => sessionStorage.setItem(TAB_KEY, made));
  return made;
}

export const forgetTab = (): void => tried(() => sessionStorage.removeItem(TAB_KEY));
