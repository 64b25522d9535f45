import { expect, test } from "vitest";
import { createSession } from "./index.js";

test("on a server there is no session, and nothing throws", () => {
  expect(typeof document).toBe("undefined");
  const session = createSession();
  session.startSession();
  session.grant();
  session.erase();
  expect(session.getSession()).toBeUndefined();
  session.stopSession();
  session.stop();
});
