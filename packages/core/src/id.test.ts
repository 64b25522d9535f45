import { afterEach, expect, test, vi } from "vitest";
import { uuid } from "./id.js";

const V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
afterEach(() => vi.unstubAllGlobals());

test("is a version 4 UUID", () => {
  expect(uuid()).toMatch(V4);
});

test("is one on plain http too, where randomUUID is missing", () => {
  const { crypto } = globalThis;
  vi.stubGlobal("crypto", { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes) });
  const ids = Array.from({ length: 100 }, uuid);
  for (const id of ids) expect(id).toMatch(V4);
  expect(new Set(ids).size).toBe(100);
});
