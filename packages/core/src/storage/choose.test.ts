// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { chooseStore } from "./choose.js";

const blocked = () => {
  throw new DOMException("The operation is insecure.", "SecurityError");
};

beforeEach(() => {
  for (const pair of document.cookie.split("; ")) {
    // biome-ignore lint/suspicious/noDocumentCookie: the test clears what the code under test wrote
    document.cookie = `${pair.split("=")[0]}=; max-age=0; path=/`;
  }
  localStorage.clear();
});
afterEach(() => {
  // Uncovers the document's real cookie again.
  Reflect.deleteProperty(document, "cookie");
  vi.unstubAllGlobals();
});

const choose = () => chooseStore("_s", { maxAge: 60 });

test("a cookie comes first, and costs one write", () => {
  const written = vi.spyOn(document, "cookie", "set");
  const store = choose();
  store.write("id=a&created=1");
  expect(written).toHaveBeenCalledTimes(1);
  expect(store.kind).toBe("cookie");
  expect(document.cookie).toBe("_s=id=a&created=1");
  expect(store.read()).toBe("id=a&created=1");
  store.erase();
  expect(store.read()).toBeUndefined();
});

test("a name that ends like ours is not ours", () => {
  // biome-ignore lint/suspicious/noDocumentCookie: another program's cookie
  document.cookie = "x_s=id=other; path=/";
  expect(choose().read()).toBeUndefined();
});

test("localStorage follows where cookies are blocked", () => {
  Object.defineProperty(document, "cookie", { get: blocked, set: blocked, configurable: true });
  const store = choose();
  expect(store.write("v")).toBe(true);
  expect(store.kind).toBe("local-storage");
  expect(localStorage.getItem("_s")).toBe("v");
  expect(localStorage).toHaveLength(1);
});

test("memory is the last resort, and nothing throws", () => {
  Object.defineProperty(document, "cookie", { get: blocked, set: blocked, configurable: true });
  vi.stubGlobal("localStorage", { getItem: blocked, setItem: blocked, removeItem: blocked });
  const store = choose();
  expect(store.write("v")).toBe(true);
  expect(store.kind).toBe("memory");
  expect(store.read()).toBe("v");
});

test("a cookie that the browser drops without a word is not relied on", () => {
  Object.defineProperty(document, "cookie", { get: () => "", set: () => {}, configurable: true });
  const store = choose();
  store.write("v");
  expect(store.kind).toBe("local-storage");
  expect(choose().read()).toBe("v");
});
