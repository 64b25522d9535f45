import type { SessionDetail, SessionEvent, View } from "../api/types.js";
import { describe } from "./describe.js";
import { eventKey } from "./key.js";

/** A line of the chronological list: the beginning of a view, or an event. */
export type Entry =
  | { kind: "view"; key: string; view: View }
  | { kind: "event"; key: string; event: SessionEvent; host: string };

/** What the list can be narrowed to. */
export type Choice = "all" | SessionEvent["type"] | "view";

/** Views and events in order of time; a view stands before what began with it. */
export function listEntries({ views, events }: SessionDetail): Entry[] {
  const hosts = new Map(views.map((view) => [view.view_id, view.view_host ?? ""]));
  const entries: Entry[] = [];
  let next = 0;
  for (const event of events) {
    for (let view = views[next]; view !== undefined && view.date <= event.date; view = views[++next]) {
      entries.push({ kind: "view", key: view.view_id, view });
    }
    entries.push({ kind: "event", key: eventKey(event), event, host: hosts.get(event.view_id ?? "") ?? "" });
  }
  for (const view of views.slice(next)) entries.push({ kind: "view", key: view.view_id, view });
  return entries;
}

const typeOf = (entry: Entry): Choice => (entry.kind === "view" ? "view" : entry.event.type);

/** How many of each kind there are, in the order of {@link CHOICES}; kinds without any are left out. */
export function countChoices(entries: readonly Entry[]): { choice: Choice; count: number }[] {
  return CHOICES.map((choice) => ({
    choice,
    count: choice === "all" ? entries.length : entries.filter((entry) => typeOf(entry) === choice).length,
  })).filter(({ choice, count }) => choice === "all" || count > 0);
}

const CHOICES: readonly Choice[] = ["all", "view", "action", "error", "resource", "long_task", "vital", "other"];

/** Entries of one kind that contain a text, in whatever they show. */
export function narrow(entries: readonly Entry[], choice: Choice, text: string): readonly Entry[] {
  const wanted = text.trim().toLowerCase();
  if (choice === "all" && wanted === "") return entries;
  return entries.filter(
    (entry) => (choice === "all" || typeOf(entry) === choice) && (wanted === "" || wordsOf(entry).includes(wanted)),
  );
}

function wordsOf(entry: Entry): string {
  if (entry.kind === "view") return `${entry.view.view_url ?? ""} ${entry.view.view_name ?? ""}`.toLowerCase();
  const { label, title, figures } = describe(entry.event);
  return `${label} ${title} ${figures.join(" ")}`.toLowerCase();
}
