import type { Scope } from "@sojourn/core";

/** https://cookiestore.spec.whatwg.org/#cookiechangeevent */
interface CookieChange extends Event {
  readonly changed?: readonly { readonly name: string }[];
  readonly deleted?: readonly { readonly name: string }[];
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

  const { cookieStore } = globalThis as { cookieStore?: EventTarget };
  if (cookieStore) {
    scope.listen<CookieChange>(cookieStore, ["change"], ({ changed = [], deleted = [] }) => {
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
