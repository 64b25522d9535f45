import type { Arrivals } from "../api/figures.js";
import { plural } from "../format/numbers.js";
import { formatAgo } from "../format/time.js";

/** What can be said of why there is nothing to see yet. */
export interface Finding {
  tone: "good" | "warning" | "alarm";
  title: string;
  /** What to do. */
  text: string;
}

type Refusal = Arrivals["refusals"][number];

/** Of what reached the collector: what is wrong, the newest first; otherwise what is still missing. */
export function findings({ sdk, applications, refusals }: Arrivals, now: number): Finding[] {
  const wrong = refusals.map((refusal) => ofRefusal(refusal, now));
  const kept = applications.filter(({ beacons }) => beacons > 0);
  const taken = kept.map(({ application_id, beacons, last_at }): Finding => {
    const when = last_at === null ? "" : `, the last ${formatAgo(last_at, now)}`;
    return {
      tone: "good",
      title: `${plural(beacons, "beacon")} of "${application_id}" kept${when}`,
      text: "A session shows up here within seconds. If none does, look at another time, or at another application.",
    };
  });
  if (wrong.length > 0 || taken.length > 0) return [...wrong, ...taken];
  if (sdk.count > 0) {
    const when = sdk.last_at === null ? "" : `, the last time ${formatAgo(sdk.last_at, now)}`;
    return [
      {
        tone: "warning",
        title: `The SDK was loaded ${plural(sdk.count, "time")}${when}, and nothing was sent`,
        text:
          "Either init was not called, or consent is pending (trackingConsent), or the session was left out (sessionSampleRate), or a blocker or the page's Content-Security-Policy (connect-src) stops the request. " +
          "The page's console and its requests to /v1/rum tell which.",
      },
    ];
  }
  return [
    {
      tone: "warning",
      title: "No page has reached this collector yet",
      text: "With the script tag the first thing to arrive is the request for sojourn.js. Open a page that has it, and check that browsers reach this address.",
    },
  ];
}

function ofRefusal({ application_id, code, message, field, origin, count, last_at }: Refusal, now: number): Finding {
  const from = origin === "" ? "A request" : `A page at ${origin}`;
  const when = `${count > 1 ? `${plural(count, "time")}, ` : ""}${formatAgo(last_at as Parameters<typeof formatAgo>[0], now)}`;
  const said = (title: string, text: string): Finding => ({ tone: "alarm", title: `${from} ${title} (${when})`, text });
  switch (code) {
    case "foreign_origin":
      return said(
        "was turned away for its origin",
        `Put ${origin || "its origin"} into the origins of ${application_id === "" ? "the application" : `"${application_id}"`} in the collector's configuration.`,
      );
    case "unknown_token":
      return said("gave an unknown client token", "clientToken must be the one that stands in the snippet.");
    case "foreign_application":
      return said("gave the token of another application", `${message} applicationId and clientToken belong together.`);
    case "too_many_requests":
      return said(
        "sent faster than the limits allow",
        "The SDK waits and sends again; limits stand in the configuration.",
      );
    case "malformed":
      return said(
        "sent what could not be read",
        `${field === "" ? "" : `${field}: `}${message} An SDK as old or as new as the collector sends nothing of the kind.`,
      );
    case "rejected":
      if (message === "silenced") {
        return {
          tone: "warning",
          title: `${from} was told to be silent (${when})`,
          text: "sampleRate of the application leaves its session out.",
        };
      }
      return /collector's clock/.test(message)
        ? said("has another time than the collector", `${message}. Set the clock of that machine, or of this one.`)
        : said("sent events that were refused", message);
    default:
      return said("was refused", message);
  }
}
