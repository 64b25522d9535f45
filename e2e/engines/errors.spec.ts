import { fingerprintOf } from "../../packages/collector/src/errors/fingerprint.js";
import { expect, finalId, test } from "../fixtures/engine-test.js";

const WRONG = "/modules/e2e/pages/wrong.js";
const HEAD = `<meta http-equiv="Content-Security-Policy" content="img-src 'self' data:"><script src="${WRONG}"></script>`;

test("every kind of error is recorded once, with where it came from, whether it was handled, and its calls", async ({
  open,
  collector,
  site,
}) => {
  const tab = await open(`/?${new URLSearchParams({ head: HEAD })}`);
  const id = await finalId(tab);
  await tab.evaluate("(Object.values(wrong).forEach((one) => one()), true)");
  const errors = async () => {
    await tab.evaluate("sojourn.flush().then(() => true)");
    return (await collector.session(id))?.events.filter(({ type }) => type === "error") ?? [];
  };
  const told = async () =>
    (await errors())
      .filter(({ error_fingerprint }) => error_fingerprint !== PROPERTY)
      .map((event) =>
        [event.error_message, event.error_type ?? "", event.error_source, event.error_handling].join(" | "),
      )
      .sort();
  await expect
    .poll(told, { timeout: 10_000, intervals: [200] })
    .toEqual([
      "Cart 7: no price | Error | console | handled",
      "cannot buy | TypeError | source | unhandled",
      "caught | Error | custom | handled",
      "img failed to load: http://127.0.0.1:1/blocked.png |  | network | unhandled",
      `img failed to load: ${site.origin}/api/fail?token=REDACTED |  | network | unhandled`,
      "img-src: http://127.0.0.1:1/blocked.png (enforce) | csp_violation | report | unhandled",
      "of a frame | SyntaxError | source | unhandled",
      "out of stock | RangeError | source | unhandled",
      "plain text | string | source | unhandled",
      `script failed to load: ${site.origin}/api/fail |  | network | unhandled`,
      "written and thrown | Error | source | unhandled",
    ]);

  const kept = await errors();
  const callsOf = (message: string) => {
    const frames = kept.find(({ error_message }) => error_message === message)?.error_frames as Frame[] | undefined;
    return frames?.flatMap(({ function: name, file }) => (file === site.origin + WRONG ? [name ?? ""] : []));
  };
  expect(callsOf("cannot buy")?.slice(0, 2)).toEqual(["buy", "later"]);
  // One engine calls it a function of its array or object, another leaves the name out.
  expect(callsOf("Cart 7: no price")?.[0]).toMatch(/written$/);
  expect(callsOf("of a frame")?.slice(0, 2)).toEqual(["outside", "later"]);
  // A text has no stack, but the browser says where it was thrown.
  expect(callsOf("plain text")).toEqual([""]);
  expect(kept.find(({ error_message }) => error_message === "out of stock")?.error_causes).toMatchObject([
    { message: "no tea", type: "Error", frames: expect.arrayContaining([]) },
  ]);
  // Each engine has words of its own for it.
  expect(kept.filter(({ error_fingerprint }) => error_fingerprint === PROPERTY)).toMatchObject([
    { error_type: "TypeError", error_source: "source", error_message: expect.stringContaining("undefined") },
  ]);
});

interface Frame {
  function?: string;
  file?: string;
}

const call = (name: string) => ({ function: name, file: WRONG, line: 1, column: 1 });
/** The group of `wrong.property` in every engine. */
const PROPERTY = fingerprintOf(
  {
    error_type: "TypeError",
    error_message: "Cannot read properties of undefined (reading 'total')",
    error_source: "source",
  },
  [call("total"), call("later")],
);
