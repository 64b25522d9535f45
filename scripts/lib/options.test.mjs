import { expect, test } from "vitest";
import { startOptions } from "./options.mjs";

test("flags come before the environment, the environment before the defaults", () => {
  expect(startOptions([], {})).toEqual({ port: 8650, data: "data" });
  expect(startOptions([], { PORT: "9000" })).toEqual({ port: 9000, data: "data" });
  expect(startOptions(["--port", "9001", "--data", "/srv/x"], { PORT: "9000" })).toEqual({
    port: 9001,
    data: "/srv/x",
  });
});

test("an empty PORT is none", () => {
  expect(startOptions([], { PORT: "" })).toEqual({ port: 8650, data: "data" });
});

test.each(["0", "65536", "-1", "80.5", "http", "1e3", ""])("port %j is refused by name", (port) => {
  expect(() => startOptions([`--port=${port}`], {})).toThrow(
    `--port is "${port}"; it takes a whole number from 1 to 65535`,
  );
});

test("an unknown option and an empty folder are refused", () => {
  expect(() => startOptions(["--prot", "1"], {})).toThrow("--prot");
  expect(() => startOptions(["--data="], {})).toThrow("--data is empty");
});

test("help is asked for with --help or -h", () => {
  expect(startOptions(["--help"], {})).toBe("help");
  expect(startOptions(["-h"], {})).toBe("help");
});
