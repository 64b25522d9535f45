import type { Scope, Store } from "@sojourn/core";

/** https://cookiestore.spec.whatwg.org/#cookiechangeevent */
interface CookieChange extends Event {
  readonly changed?: readonly { readonly name: string }[];
  readonly deleted?: readonly { readonly name: string }[];
}

interface CookieStoreLike extends EventTarget {
  get(name: string): Promise<{ readonly value: string } | null>;
}

const sharedCookies = (): CookieStoreLike | undefined => (globalThis as { cookieStore?: CookieStoreLike }).cookieStore;

/**
 * The stored value as all processes of the browser have it. `document.cookie` answers from this process alone: after
 * simultaneous writes Firefox shows different tabs different values, for good.
 */
export async function readShared(name: string, store: Store): Promise<string | undefined> {
  try {
    const cookie = await sharedCookies()?.get(name);
    return cookie?.value ?? store.read();
  } catch {
    return store.read();
  }
}

/** Tells the other tabs, where the browser does not do so by itself. */
export interface Tabs {
  announce(): void;
}

/**
 * Calls `onChange` when another tab may have changed what is stored under `name`: the browser's own events for cookies
 * and localStorage, and a BroadcastChannel where there is none for cookies. Nothing polls.
 */
export function watchTabs(scope: Scope, name: string, onChange: () => void): Tabs {
  scope.listen<StorageEvent>(window, ["storage"], (event) => {
    if (event.key === name || event.key === null) onChange();
  });

  const cookies = sharedCookies();
  if (cookies) {
    scope.listen<CookieChange>(cookies, ["change"], ({ changed = [], deleted = [] }) => {
      if ([...changed, ...deleted].some((cookie) => cookie.name === name)) onChange();
    });
    return { announce: () => {} };
  }
  return typeof BroadcastChannel === "undefined" ? { announce: () => {} } : broadcast(scope, name, onChange);
}

/** A message to an open channel evicts a page from the back/forward cache, so the channel is closed meanwhile. */
function broadcast(scope: Scope, name: string, onChange: () => void): Tabs {
  let channel: BroadcastChannel | undefined;
  const open = () => {
    channel ??= new BroadcastChannel(name);
    channel.onmessage = onChange;
  };
  const close = () => {
    channel?.close();
    channel = undefined;
  };
  open();
  scope.listen(window, ["pagehide"], close);
  scope.listen(window, ["pageshow"], () => {
    open();
    // What was said in between was not heard.
    onChange();
  });
  scope.add(close);
  return { announce: () => channel?.postMessage(0) };
}
