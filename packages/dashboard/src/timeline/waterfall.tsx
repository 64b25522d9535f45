import { useState } from "preact/hooks";
import { describe, isFailed } from "../events/describe.js";
import { formatNs } from "../format/duration.js";
import { lastPart } from "../format/url.js";
import { Clip } from "../ui/text.js";
import { barClass, place } from "./bar.js";
import type { Bar, Lane } from "./lanes.js";
import { percent } from "./percent.js";
import { overlaps, type Span } from "./window.js";

const ROWS = 100;

export interface WaterfallProps {
  lane: Lane;
  window: Span;
  selected: string | undefined;
}

/** A row for each resource of a view, in order of its start. */
export function Waterfall({ lane, window, selected }: WaterfallProps) {
  const [shown, setShown] = useState(ROWS);
  const bars = lane.bars.filter((bar) => overlaps(bar, window));
  return (
    <div class="waterfall">
      {bars.slice(0, shown).map((bar) => (
        <WaterfallRow key={bar.key} bar={bar} window={window} selected={selected} />
      ))}
      {bars.length > shown && (
        <button type="button" class="quiet" onClick={() => setShown(shown + ROWS)}>
          Show more of {bars.length} resources
        </button>
      )}
    </div>
  );
}

function WaterfallRow({ bar, window, selected }: { bar: Bar; window: Span; selected: string | undefined }) {
  const { event } = bar;
  const { label } = describe(event);
  const { left, width } = place(bar, window);
  return (
    <div class={`lane-grid waterfall-row ${bar.key === selected ? "is-selected" : ""}`} data-key={bar.key}>
      <div class={`waterfall-label ${isFailed(event) ? "is-alarm" : ""}`}>
        <span class="method">
          {event.resource_status ? `${event.resource_status} ` : ""}
          {label}
        </span>
        <Clip text={lastPart(event.resource_url ?? "")} />
      </div>
      <div class="plot">
        <i class={barClass(bar, selected)} style={{ left, width }}>
          <b style={{ width: percent(waitingShare(bar)) }} />
        </i>
        <span class="bar-time" style={{ left: `calc(${left} + ${width})` }}>
          {formatNs(event.duration)}
        </span>
      </div>
    </div>
  );
}

/** How much of a resource's time passed before the first byte of its answer. */
function waitingShare({ event }: Bar): number {
  const { duration, resource_trans: transfer } = event;
  if (!duration || transfer === undefined) return 0;
  return Math.max(0, Math.min(1, 1 - transfer / duration));
}
