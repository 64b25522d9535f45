/**
 * Counts what scripts cost a page. Runs in the page, before its first script, so it may use nothing from outside of
 * itself. Leaves `window.probe`.
 */
export function probe() {
  const found = { listenerMs: 0, timers: 0, cookieWrites: 0, storageWrites: 0 };
  Object.assign(window, { probe: found });
  countListenerTime();
  countTimers();
  countWrites();

  function countListenerTime() {
    const CLICK = new Set(["pointerdown", "mousedown", "pointerup", "mouseup", "click"]);
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    /** @type {WeakMap<object, EventListener>} */
    const timed = new WeakMap();
    EventTarget.prototype.addEventListener = function (type, listener, options) {
      if (!listener || !CLICK.has(type)) return addEventListener.call(this, type, listener, options);
      const wrapper = timed.get(listener) ?? timedListener(listener);
      timed.set(listener, wrapper);
      return addEventListener.call(this, type, wrapper, options);
    };
    EventTarget.prototype.removeEventListener = function (type, listener, options) {
      return removeEventListener.call(this, type, (listener && timed.get(listener)) ?? listener, options);
    };
  }

  /** @param {EventListenerOrEventListenerObject} listener */
  function timedListener(listener) {
    return function (/** @type {Event} */ event) {
      const began = performance.now();
      try {
        // @ts-expect-error `this` is whatever the platform says
        return typeof listener === "function" ? listener.call(this, event) : listener.handleEvent(event);
      } finally {
        found.listenerMs += performance.now() - began;
      }
    };
  }

  function countTimers() {
    for (const name of /** @type {const} */ (["setTimeout", "setInterval"])) {
      const original = window[name];
      Object.assign(window, {
        [name]: (/** @type {TimerHandler} */ handler, /** @type {unknown[]} */ ...rest) => {
          if (typeof handler !== "function") return Reflect.apply(original, window, [handler, ...rest]);
          const counted = (/** @type {unknown[]} */ ...args) => {
            found.timers += 1;
            return handler(...args);
          };
          return Reflect.apply(original, window, [counted, ...rest]);
        },
      });
    }
  }

  function countWrites() {
    const cookie = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
    Object.defineProperty(document, "cookie", {
      configurable: true,
      get: () => cookie?.get?.call(document),
      set(value) {
        found.cookieWrites += 1;
        cookie?.set?.call(document, value);
      },
    });
    const { setItem, removeItem } = Storage.prototype;
    Storage.prototype.setItem = function (key, value) {
      found.storageWrites += 1;
      return setItem.call(this, key, value);
    };
    Storage.prototype.removeItem = function (key) {
      found.storageWrites += 1;
      return removeItem.call(this, key);
    };
  }
}
