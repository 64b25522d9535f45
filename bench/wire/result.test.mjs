import { expect, test } from "vitest";
import { sojourn } from "../peers/sojourn.mjs";
import { resultOf } from "./result.mjs";

/**
 * @param {number} at
 * @param {readonly string[]} types
 */
function upload(at, types) {
  const text = JSON.stringify({ views: [{ view_id: "5b69" }], events: types.map((type) => ({ type })) });
  return { at, bytes: 100, text };
}

const IDLE = { from: 50, to: 70 };

test("the versions of a view are one fact, everything else is one each time", () => {
  const uploads = [upload(1, ["resource", "resource", "view"]), upload(2, ["error", "view"])];
  expect(resultOf(sojourn, uploads, IDLE)).toMatchObject({
    uploads: 2,
    bytes: 200,
    facts: 4,
    kinds: [1, 0, 2, 1, 0, 0],
  });
});

test("what comes while nothing is done is told apart from the work before and the exit after", () => {
  const uploads = [upload(49, ["resource", "error"]), upload(50, ["view"]), upload(70, ["view"])];
  expect(resultOf(sojourn, uploads, IDLE)).toMatchObject({ uploads: 3, idleUploads: 1, idleBytes: 100 });
});

test("an SDK that told of no request, of no error, or what nobody can read fails the run", () => {
  expect(() => resultOf(sojourn, [], IDLE)).toThrow("Sojourn sent no resource");
  expect(() => resultOf(sojourn, [upload(1, ["resource"])], IDLE)).toThrow("Sojourn sent no error");
  expect(() => resultOf(sojourn, [{ at: 1, bytes: 4, text: "oops" }], IDLE)).toThrow(
    "Sojourn sent what was not understood",
  );
});
