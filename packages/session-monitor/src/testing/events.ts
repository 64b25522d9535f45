import fc from "fast-check";
import { alive, type CloseReason, closed, type Facts, identified, opened } from "../model/facts.js";

const at = fc.integer({ min: 1000, max: 1040 });
const user = fc.constantFrom("ann", "bob");

/** Facts of one connection, any of them, in any order, as often as it happens. */
export const events = (instanceId = "i1", sessionId = "s1"): fc.Arbitrary<Facts[]> =>
  fc.array(
    fc.oneof(
      fc
        .record({ at, transport: fc.constantFrom("websocket", "http") })
        .map(({ at, transport }) =>
          opened(instanceId, sessionId, { at, transport, client: { os: { name: "iOS", version: "12.0" } } }),
        ),
      fc
        .record({ at, user, guid: fc.option(fc.constantFrom("g1", "g2"), { nil: undefined }) })
        .map(({ at, user, guid }) => identified(instanceId, sessionId, { at, userId: user, ...(guid && { guid }) })),
      at.map((at) => identified(instanceId, sessionId, { at })),
      at.map((at) => alive(instanceId, sessionId, at)),
      fc
        .record({ at, reason: fc.constantFrom<CloseReason>("client", "server", "timeout", "lost") })
        .map(({ at, reason }) => closed(instanceId, sessionId, at, reason)),
    ),
    { minLength: 1, maxLength: 12 },
  );
