import type { EpochMs } from "@sojourn/core/model";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { SessionDetail } from "../api/types.js";
import { formatCount } from "../format/numbers.js";
import { type Choice, countChoices, type Entry, listEntries, narrow } from "./entries.js";
import { EventRow } from "./event-row.js";
import { missingWords } from "./missing.js";
import { ViewRow } from "./view-row.js";

const ROWS = 300;

const CHOICE_WORDS: Readonly<Record<Choice, string>> = {
  all: "All",
  view: "Views",
  action: "Actions",
  error: "Errors",
  resource: "Resources",
  long_task: "Long tasks",
  vital: "Vitals",
  other: "Other",
};

export interface EventListProps {
  detail: SessionDetail;
  /** The zero of the shown times. */
  origin: EpochMs;
  selected: string | undefined;
  /** Whether the list opens and shows what is selected; not when that is shown elsewhere. */
  follow: boolean;
  onSelect: (key: string | undefined) => void;
}

/** Everything that happened, one line each, in order of time. A line opens to all that is known. */
export function EventList({ detail, origin, selected, follow, onSelect }: EventListProps) {
  const [choice, setChoice] = useState<Choice>("all");
  const [text, setText] = useState("");
  const [shown, setShown] = useState(ROWS);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const list = useRef<HTMLOListElement>(null);

  const entries = useMemo(() => listEntries(detail), [detail]);
  const narrowed = useMemo(() => narrow(entries, choice, text), [entries, choice, text]);
  const missing = useMemo(() => missingWords(detail), [detail]);
  const place = selected === undefined ? -1 : narrowed.findIndex((entry) => entry.key === selected);

  // An event that a link names is brought here and opened, past every narrowing.
  useEffect(() => {
    if (selected === undefined || !follow) return;
    if (place < 0 && entries.some((entry) => entry.key === selected)) {
      setChoice("all");
      setText("");
    }
    setShown((count) => Math.max(count, place + 1));
    setOpen((old) => new Set(old).add(selected));
  }, [selected, place < 0]);
  useEffect(() => {
    if (follow) list.current?.querySelector("[data-selected]")?.scrollIntoView?.({ block: "nearest" });
  }, [selected, follow]);

  function toggle(key: string) {
    const isOpen = open.has(key);
    const next = new Set(open);
    if (isOpen) next.delete(key);
    else next.add(key);
    setOpen(next);
    onSelect(isOpen ? undefined : key);
  }

  return (
    <section class="events" aria-label="Events">
      <header class="events-bar">
        <h2>Events</h2>
        <fieldset class="segments" aria-label="Kind of event">
          {countChoices(entries).map(({ choice: name, count }) => (
            <button key={name} type="button" aria-pressed={name === choice} onClick={() => setChoice(name)}>
              {CHOICE_WORDS[name]} <span class="muted">{formatCount(count)}</span>
            </button>
          ))}
        </fieldset>
        <input
          type="search"
          value={text}
          placeholder="Find in events"
          aria-label="Find in events"
          maxLength={200}
          onInput={(e) => setText(e.currentTarget.value)}
        />
      </header>
      {missing.length > 0 && (
        <p class="muted events-note">Not everything is listed, or has arrived yet: {missing.join(", ")}.</p>
      )}
      {narrowed.length === 0 && (
        <p class="muted center">{entries.length === 0 ? "No event has arrived yet." : "No event fits."}</p>
      )}
      <ol ref={list} class="event-list">
        {narrowed.slice(0, shown).map((entry) => (
          <Line
            key={entry.key}
            entry={entry}
            origin={origin}
            isOpen={open.has(entry.key)}
            isSelected={entry.key === selected}
            onToggle={toggle}
          />
        ))}
      </ol>
      {narrowed.length > shown && (
        <div class="older">
          <button type="button" onClick={() => setShown(shown + ROWS)}>
            Show more ({formatCount(narrowed.length - shown)} left)
          </button>
        </div>
      )}
    </section>
  );
}

interface LineProps {
  entry: Entry;
  origin: EpochMs;
  isOpen: boolean;
  isSelected: boolean;
  onToggle: (key: string) => void;
}

function Line({ entry, origin, ...rest }: LineProps) {
  if (entry.kind === "view") return <ViewRow id={entry.key} view={entry.view} origin={origin} {...rest} />;
  return <EventRow id={entry.key} event={entry.event} host={entry.host} origin={origin} {...rest} />;
}
