// @ts-check
/** @typedef {{ id: number, name: string, cents: number, quantity: number }} Line */

const KEY = "waypost-cart";
const MAX_LINES = 20;
const MAX_QUANTITY = 99;

/** The cart of this tab, kept over reloads where the browser allows it. */
export function createCart() {
  let lines = restore();
  /** @type {Set<() => void>} */
  const listeners = new Set();

  /** @param {Line[]} next */
  function change(next) {
    lines = next;
    try {
      sessionStorage.setItem(KEY, JSON.stringify(lines));
    } catch {
      // Storage is blocked or full: the cart lives as long as the page.
    }
    for (const listener of listeners) listener();
  }

  return {
    lines: () => lines,
    count: () => lines.reduce((sum, line) => sum + line.quantity, 0),
    cents: () => lines.reduce((sum, line) => sum + line.quantity * line.cents, 0),
    /** @param {{ id: number, name: string, cents: number }} product */
    add({ id, name, cents }) {
      const old = lines.find((line) => line.id === id);
      const quantity = Math.min(MAX_QUANTITY, (old?.quantity ?? 0) + 1);
      if (old) change(lines.map((line) => (line === old ? { ...line, quantity } : line)));
      else if (lines.length < MAX_LINES) change([...lines, { id, name, cents, quantity }]);
    },
    /** @param {number} id */
    remove: (id) => change(lines.filter((line) => line.id !== id)),
    clear: () => change([]),
    /** @param {() => void} listener */
    onChange: (listener) => listeners.add(listener),
  };
}

/** @returns {Line[]} */
function restore() {
  try {
    const stored = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.slice(0, MAX_LINES) : [];
  } catch {
    return [];
  }
}
