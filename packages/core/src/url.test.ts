import fc from "fast-check";
import { expect, test } from "vitest";
import { cleanUrl } from "./url.js";

test.each([
  ["https://user:pass@shop.example/a", "https://shop.example/a"],
  ["https://shop.example/a?token=s3cret&page=2", "https://shop.example/a?token=REDACTED&page=2"],
  ["https://shop.example/a?X-Amz-Signature=abc", "https://shop.example/a?X-Amz-Signature=REDACTED"],
  ["https://shop.example/cb#access_token=abc&state=1", "https://shop.example/cb#access_token=REDACTED&state=1"],
  ["https://shop.example/#/cb?code=abc", "https://shop.example/#/cb?code=REDACTED"],
  ["https://shop.example/a?acc%65ss_token=abc", "https://shop.example/a?acc%65ss_token=REDACTED"],
  ["data:image/png;base64,AAAA", "data:image/png"],
  ["blob:https://shop.example/5e4a", "blob:"],
  ["javascript:alert(1)", "javascript:"],
  ["http://[broken", ""],
  ["", ""],
])("%s is kept as %s", (given, kept) => {
  expect(cleanUrl(given)).toBe(kept);
});

test("a relative URL is resolved against the base", () => {
  expect(cleanUrl("../b?key=1", "https://shop.example/x/y/z")).toBe("https://shop.example/x/b?key=REDACTED");
});

test("no secret survives, wherever its parameter stands", () => {
  const secret = fc.stringMatching(/^[a-z0-9]{12}$/).map((text) => `canary${text}`);
  const name = fc.constantFrom("token", "Access_Token", "apiKey", "api_key", "PASSWORD", "sig", "refresh_token");
  const place = fc.constantFrom("?", "?a=1&", "#", "#/route?", "?x=1#a=2&");
  fc.assert(
    fc.property(secret, name, place, (canary, parameter, before) => {
      const url = `https://user:${canary}@shop.example/path${before}${parameter}=${canary}&z=9`;
      expect(cleanUrl(url)).not.toContain(canary);
    }),
  );
});

test("never throws and never grows beyond its bound", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 5000 }), (text) => {
      expect(cleanUrl(text, "https://shop.example/").length).toBeLessThanOrEqual(2048);
    }),
  );
});
