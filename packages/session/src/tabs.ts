import { type Scope, type Store, tried } from "@sojourn/core";

/** https://cookiestore.spec.whatwg.org/#cookiechangeevent */
interface CookieChange extends Event {
  readonly changed?: readonly { readonly name: string }[];
  readonly deleted?: readonly { readonly name: string }[];
}

interface CookieStoreLike extends EventTarget {
  getAll(name: string): Promise<readonly { readonly value: string }[]>;
}

const sharedCookies = (): CookieStoreLike | undefined => (globalThis as { cookieStore?: CookieStoreLike }).cookieStore;

/**
 * The stored value as all processes of the browser have it. `document.cookie` answers from this process alone: after
 * simultaneous writes Firefox shows different tabs different values, for good.
 */
export async function readShared(name: string, store: Store): Promise<readonly string[]> {
  try {
    const cookies = await sharedCookies()?.getAll(name);
    if (cookies?.length) return cookies.map(({ value }) => value);
  } catch {
    // Not to be had here; the store has what this process knows.
  }
  return store.read();
}

/**
 * Calls `onChange` when another tab may have changed what is stored under `name`: the browser's own events for cookies
 * and localStorage, and a BroadcastChannel where there is none for cookies. Nothing polls. The answer tells the other
 * tabs, where the browser does not do so by itself.
 */
export function watchTabs(scope: Scope, name: string, onChange: () => void): () => void {
  scope.listen<StorageEvent>(window, ["storage"], (event) => {
    if (event.key === name || event.key === null) onChange();
  });

  let channel: BroadcastChannel | undefined;
  const cookies = sharedCookies();
  if (cookies) {
    scope.listen<CookieChange>(cookies, ["change"], ({ changed = [], deleted = [] }) => {
      if ([...changed, ...deleted].some((cookie) => cookie.name === name)) onChange();
    });
  } else {
    // Some browsers refuse it where storage is blocked; then there is no other tab to hear of either.
    const open = () =>
      tried(() => {
        channel ??= new BroadcastChannel(name);
        channel.onmessage = onChange;
      });
    const close = () => {
      channel?.close();
      channel = undefined;
    };
    open();
    // A message to an open channel evicts a page from the back/forward cache.
    scope.listen(window, ["pagehide"], close);
    scope.listen(window, ["pageshow"], () => {
      open();
      // What was said in between was not heard.
      onChange();
    });
    scope.add(close);
  }
  return () => channel?.postMessage(0);
}
