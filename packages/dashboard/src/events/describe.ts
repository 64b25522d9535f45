import type { EventOf, SessionEvent } from "../api/types.js";
import { formatNs } from "../format/duration.js";
import { formatBytes, formatScore } from "../format/numbers.js";
import { shortUrl } from "../format/url.js";

export type Tone = "plain" | "warning" | "alarm";

/** An event in one line. */
export interface Description {
  /** What kind of thing: `Click`, `TypeError`, `GET`. */
  label: string;
  /** What exactly. */
  title: string;
  /** Figures, shortest first. */
  figures: readonly string[];
  tone: Tone;
}

/** One line for people. `host` is the page's, and left out of addresses. */
export function describe(event: SessionEvent, host = ""): Description {
  switch (event.type) {
    case "action":
      return plain(event.action_type === "click" ? "Click" : "Action", event.action_name ?? "", ms(event.duration));
    case "error":
      return {
        label: event.error_type ?? "Error",
        title: event.error_message ?? "",
        figures: event.error_handling === undefined ? [] : [event.error_handling],
        tone: "alarm",
      };
    case "resource":
      return describeResource(event, host);
    case "long_task":
      return {
        label: event.long_task_entry_type === "longtask" ? "Long task" : "Long frame",
        title: longestScript(event),
        figures: [...ms(event.blocking_duration).map((time) => `blocking ${time}`), ...ms(event.duration)],
        tone: "warning",
      };
    case "vital":
      return plain("Vital", event.vital_name ?? "", [
        ...(event.vital_value === undefined ? [] : [formatScore(event.vital_value)]),
        ...ms(event.duration),
      ]);
    case "other":
      return plain(event.other_type, "", []);
  }
}

/** Whether the server or the network failed it. */
export const isFailed = ({ resource_status: status }: EventOf<"resource">): boolean =>
  status !== undefined && status >= 400;

function describeResource(event: EventOf<"resource">, host: string): Description {
  const { resource_status: status, resource_transfer_size: size } = event;
  return {
    label: event.resource_method ?? event.resource_type ?? "Resource",
    title: shortUrl(event.resource_url ?? "", host),
    figures: [
      ...(status ? [String(status)] : []),
      ...(size === undefined ? [] : [formatBytes(size)]),
      ...ms(event.duration),
    ],
    tone: isFailed(event) ? "alarm" : "plain",
  };
}

/** Where most of the time went, when the browser told. */
function longestScript({ scripts }: EventOf<"long_task">): string {
  const first = scripts?.[0];
  if (typeof first !== "object" || first === null) return "";
  const { url, function: name, invoker } = first as Record<string, unknown>;
  return [name, invoker, typeof url === "string" ? shortUrl(url) : undefined]
    .filter((part) => typeof part === "string" && part !== "")
    .join(" · ");
}

const plain = (label: string, title: string, figures: readonly string[]): Description => ({
  label,
  title,
  figures,
  tone: "plain",
});

const ms = (ns: EventOf<"action">["duration"]) => (ns === undefined ? [] : [formatNs(ns)]);
