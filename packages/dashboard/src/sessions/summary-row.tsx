import type { SessionItem } from "../api/types.js";
import { formatCount, plural } from "../format/numbers.js";
import { useNow } from "../ui/now.js";
import type { Filters } from "./filters.js";
import { Histogram } from "./histogram.js";
import { summarize } from "./summary.js";

export interface SummaryRowProps {
  items: readonly SessionItem[];
  /** Whether there are older sessions that are not loaded. */
  more: boolean;
  range: string;
  filters: Filters;
}

/** Sums over the rows below, and a word on what they leave out. */
export function SummaryRow({ items, more, range, filters }: SummaryRowProps) {
  const { sessions, live, views, errors, withErrors } = summarize(items, useNow());
  return (
    <section class="summary" aria-label="Summary">
      <Figure label="Sessions" value={sessions} note={live > 0 ? `${formatCount(live)} live now` : ""} tone="live" />
      <Figure label="Views" value={views} note={sessions > 0 ? `${(views / sessions).toFixed(1)} a session` : ""} />
      <Figure
        label="Errors"
        value={errors}
        note={errors > 0 ? `in ${plural(withErrors, "session")}` : "none"}
        tone={errors > 0 ? "alarm" : undefined}
      />
      <Histogram items={items} filters={filters} />
      <p class="summary-note">
        {more
          ? `Figures are of the newest ${plural(sessions, "session")} ${range}. There are older ones, not counted here.`
          : `Figures are of all ${plural(sessions, "session")} ${range}.`}
      </p>
    </section>
  );
}

interface FigureProps {
  label: string;
  value: number;
  note: string;
  tone?: "live" | "alarm" | undefined;
}

function Figure({ label, value, note, tone }: FigureProps) {
  return (
    <div class={`figure ${tone === undefined ? "" : `is-${tone}`}`}>
      <span class="figure-label">{label}</span>
      <strong>{formatCount(value)}</strong>
      <span class="figure-note">{note}</span>
    </div>
  );
}
