import type { CloseReason, EpochMs, IdentityFact, Opening } from "../model/facts.js";
import { type Facts, identified, join, opened } from "../model/facts.js";

/** A connection of this process that is open. */
export interface Connection {
  readonly sessionId: string;
  /** Changes when this process was taken for dead and went on. */
  instanceId: string;
  opening: Opening;
  /** Who is signed in. */
  identity: IdentityFact | undefined;
  /** The latest moment that was told of it: its times never go back, even when the wall clock does. */
  at: EpochMs;
  /** When somebody last signed in or out: no two of these are at one moment, so that their order is never in doubt. */
  identityAt: EpochMs;
  /** There was a sign of life since the last heartbeat. */
  active: boolean;
  /** Ends what it stands for, such as its socket. */
  readonly end: ((reason: CloseReason) => void) | undefined;
}

/** All that must be stored of it when nothing is. */
export function factsOf({ instanceId, sessionId, opening, identity }: Connection): Facts {
  const facts = opened(instanceId, sessionId, opening);
  return identity ? join(facts, identified(instanceId, sessionId, identity)) : facts;
}
