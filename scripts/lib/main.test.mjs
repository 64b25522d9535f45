import { expect, test } from "vitest";
import { explain } from "./main.mjs";

test("an error is one line, without its stack", () => {
  expect(explain(new Error("port taken\nat somewhere"), undefined)).toBe("port taken");
  expect(explain("just a text", undefined)).toBe("just a text");
  expect(explain(new TypeError(""), undefined)).toBe("TypeError");
});

test("DEBUG asks for the stack", () => {
  expect(explain(new Error("port taken"), "1")).toMatch(/port taken\n\s+at /);
});
