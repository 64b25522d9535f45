import type { Client, ClientChange } from "@sojourn/client-info";
import type { EpochMs } from "../clock.js";

/** A request whose client is not quite the one that the session had. */
export interface Situation {
  readonly change: ClientChange;
  readonly before: Client;
  readonly after: Client;
  /** Of a country that the user was not in for a year. */
  readonly newCountry: boolean;
  readonly kind: "login" | "impersonation";
  readonly at: EpochMs;
}

/**
 * `allow`: as it was. `touch`: let in, and taken over as the session's client. `challenge`: this request is not let in
 * until its user signs in again; the session goes on. `revoke`: the session ends.
 */
export type Outcome = "allow" | "touch" | "challenge" | "revoke";

export interface Judgement {
  readonly outcome: Outcome;
  /** What was seen, as words for the audit. */
  readonly flags: readonly string[];
  /** Takes the session's freshness, and is told to the user. */
  readonly risk?: boolean;
}

/** What becomes of such a request. Pure; what it throws counts as `allow` and is reported. */
export type ClientPolicy = (situation: Situation) => Judgement;

const SEVERITY: readonly Outcome[] = ["allow", "touch", "challenge", "revoke"];
/** Desktop sites are asked for under another system's name. */
const DESKTOP_SITE: ReadonlySet<string> = new Set(["Android Linux", "Linux Android", "iOS Mac OS", "Mac OS iOS"]);

/**
 * The policy where none is given. An address never ends a session, whichever way it changes: people travel, and their
 * networks change below them. What ends one is that its program became another, in another place.
 */
export const defaultPolicy: ClientPolicy = (situation) => {
  const strict: Outcome = isElsewhere(situation) ? "revoke" : "challenge";
  const found: Judgement[] = [
    ofAddress(situation),
    ofProgram(situation, strict),
    ofSystem(situation, strict),
    ofDevice(situation, strict),
  ];
  const outcome = found.reduce<Outcome>((worst, one) => worseOf(worst, one.outcome), "allow");
  return {
    outcome,
    flags: found.flatMap(({ flags }) => flags),
    ...(found.some(({ risk }) => risk) && { risk: true }),
  };
};

/** In another country, or with another network's owner. Where neither is known, nothing says so. */
function isElsewhere({ change, before, after }: Situation): boolean {
  if (change.address === "other" && before.country !== undefined && after.country !== undefined) return true;
  const isFar = change.address === "other" || change.address === "country";
  return isFar && before.asn !== undefined && after.asn !== undefined;
}

export const worseOf = (a: Outcome, b: Outcome): Outcome => (SEVERITY.indexOf(a) >= SEVERITY.indexOf(b) ? a : b);

const nothing: Judgement = { outcome: "allow", flags: [] };
const touch = (...flags: string[]): Judgement => ({ outcome: "touch", flags });

function ofAddress({ change, newCountry }: Situation): Judgement {
  if (newCountry) return { outcome: "touch", flags: ["new_country"], risk: true };
  return change.address === "same" || change.address === "unknown" ? nothing : touch();
}

function ofProgram({ change, before, after }: Situation, strict: Outcome): Judgement {
  if (after.info.bot && !before.info.bot) return { outcome: "challenge", flags: ["became_a_program"] };
  switch (change.program) {
    case "kind":
      return { outcome: "revoke", flags: ["app_and_browser"] };
    case "family":
      return { outcome: strict, flags: ["another_program"] };
    case "unknown": {
      const [had, has] = [hasProgram(before), hasProgram(after)];
      // An agent that says nothing where one did; that one says more than before is an update of ours.
      return had === has ? nothing : had ? { outcome: "challenge", flags: ["no_program"] } : touch();
    }
    default:
      if (change.version === "down") return touch("older_version");
      return change.version === "up" ? touch() : nothing;
  }
}

function ofSystem({ change, before, after }: Situation, strict: Outcome): Judgement {
  if (change.os === "version") return touch();
  if (change.os !== "family") return nothing;
  const isDesktopSite = DESKTOP_SITE.has(`${before.info.os?.name} ${after.info.os?.name}`);
  if (isDesktopSite && change.program === "same") return touch("desktop_site");
  return { outcome: strict, flags: ["another_system"] };
}

function ofDevice({ change }: Situation, strict: Outcome): Judgement {
  // What a person holds in the hand does not become another model; a kind may be misread, or be asked for.
  if (change.device === "model") return { outcome: strict, flags: ["another_model"] };
  return change.device === "type" && change.os !== "family" ? touch("another_kind_of_device") : nothing;
}

const hasProgram = ({ info }: Client): boolean => info.browser !== undefined || info.app !== undefined;

/** Whether anything differs that a policy could be asked about. */
export function differs(change: ClientChange, before: Client, after: Client): boolean {
  const { address, program, version, os, device } = change;
  return (
    (address !== "same" && address !== "unknown") ||
    program === "family" ||
    program === "kind" ||
    version === "up" ||
    version === "down" ||
    os === "version" ||
    os === "family" ||
    device === "type" ||
    device === "model" ||
    hasProgram(before) !== hasProgram(after) ||
    Boolean(after.info.bot) !== Boolean(before.info.bot)
  );
}
