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
  expect(document.cookie).toBe("_s=id=a&created=1");
  expect(store.read()).toEqual(["id=a&created=1"]);
  store.erase();
  expect(store.read()).toEqual([]);
});

test("S3: a name that ends like ours is not ours", () => {
  // biome-ignore lint/suspicious/noDocumentCookie: another program's cookie
  document.cookie = "x_s=id=other; path=/";
  expect(choose().read()).toEqual([]);
});

test("S18: localStorage follows where cookies are blocked", () => {
  Object.defineProperty(document, "cookie", { get: blocked, set: blocked, configurable: true });
  const store = choose();
  store.write("v");
  expect(localStorage.getItem("_s")).toBe("v");
  expect(localStorage).toHaveLength(1);
});

test("S18: memory is the last resort, and nothing throws", () => {
  Object.defineProperty(document, "cookie", { get: blocked, set: blocked, configurable: true });
  vi.stubGlobal("localStorage", { getItem: blocked, setItem: blocked, removeItem: blocked });
  const store = choose();
  store.write("v");
  expect(store.read()).toEqual(["v"]);
});

test("a cookie that the browser drops without a word is not relied on", () => {
  Object.defineProperty(document, "cookie", { get: () => "", set: () => {}, configurable: true });
  const store = choose();
  store.write("v");
  expect(localStorage.getItem("_s")).toBe("v");
  expect(choose().read()).toEqual(["v"]);
});

test("S27: of several cookies of one name all are read, and the one that is written counts as kept", () => {
  const jar = ["_s=stale"];
  Object.defineProperty(document, "cookie", {
    get: () => jar.join("; "),
    // A cookie of a longer path, which stands first and is not overwritten.
    set: (value: string) => jar.push(value.split(";")[0] ?? ""),
    configurable: true,
  });
  const store = choose();
  store.write("fresh");
  expect(store.read()).toEqual(["stale", "fresh"]);
});

test("a cookie for all subdomains is removed without one being written to find its domain", () => {
  const jar = new Map<string, string>();
  const written: string[] = [];
  Object.defineProperty(document, "cookie", {
    get: () => [...jar.values()].join("; "),
    set(text: string) {
      written.push(text);
      const domain = /domain=([^;]*)/.exec(text)?.[1] ?? "";
      if (domain === "example") return;
      if (/max-age=-1/.test(text)) jar.delete(domain);
      else jar.set(domain, text.split(";")[0] ?? "");
    },
    configurable: true,
  });
  vi.stubGlobal("location", { protocol: "https:", hostname: "www.shop.example" });
  const across = () => chooseStore("_s", { maxAge: 60, trackAcrossSubdomains: true }, ["cookie"]);
  across().write("v");
  expect([...jar]).toEqual([["shop.example", "_s=v"]]);
  written.length = 0;
  across().erase();
  expect([...jar]).toEqual([]);
  expect(written.filter((text) => !text.includes("max-age=-1"))).toEqual([]);
});

test("a cookie is for this host, for first-party requests, and Secure on https", () => {
  const written: string[] = [];
  Object.defineProperty(document, "cookie", {
    get: () => "",
    set: (text: string) => written.push(text),
    configurable: true,
  });
  chooseStore("_s", { maxAge: 60 }, ["cookie"]).write("v");
  expect(written[0]).toMatch(/^_s=v; path=\/; sameSite=lax; max-age=60$/i);
  vi.stubGlobal("location", { protocol: "https:", hostname: "shop.example" });
  chooseStore("_s", { maxAge: 60 }, ["cookie"]).write("v");
  expect(written[1]).toMatch(/; secure(;|$)/i);
  chooseStore("_s", { maxAge: 60, partitionedCookie: true }, ["cookie"]).write("v");
  expect(written[2]).toMatch(/; sameSite=none; partitioned; secure(;|$)/i);
});
