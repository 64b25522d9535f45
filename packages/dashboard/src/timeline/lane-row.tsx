import { formatMs } from "../format/duration.js";
import { plural } from "../format/numbers.js";
import { VitalChips } from "../session/vital-chips.js";
import { Icon } from "../ui/icons.js";
import { Clip } from "../ui/text.js";
import { barClass, place } from "./bar.js";
import type { Lane } from "./lanes.js";
import { percent } from "./percent.js";
import { thin } from "./thin.js";
import { Waterfall } from "./waterfall.js";
import { overlaps, type Span, shareOf } from "./window.js";

export interface LaneRowProps {
  lane: Lane;
  window: Span;
  /** Whether the waterfall has a row for each resource. */
  isOpen: boolean;
  onToggle: () => void;
  onLook: (window: Span) => void;
  selected: string | undefined;
}

/** One view: its name and vitals at the side, and on the axis its life, its resources, long tasks and moments. */
export function LaneRow({ lane, window, isOpen, onToggle, onLook, selected }: LaneRowProps) {
  const { view } = lane;
  const name = view === undefined ? "Outside any view" : (view.view_name ?? view.view_path ?? view.view_url ?? "");
  const drawn = <T extends Span>(things: readonly T[], row: (thing: T) => string | number) =>
    thin(
      things.filter((thing) => overlaps(thing, window)),
      window,
      row,
    );
  return (
    <div class={`lane ${isOpen ? "is-open" : ""}`}>
      <div class="lane-grid">
        <div class="lane-label">
          <button
            type="button"
            class="lane-name"
            aria-expanded={isOpen}
            onClick={onToggle}
            disabled={lane.bars.length === 0}
          >
            <Icon name="chevron" />
            <Clip text={name} />
          </button>
          <div class="lane-facts">
            {lane.tab !== undefined && <span class="badge">tab {lane.tab}</span>}
            <span class="muted">{formatMs(lane.end - lane.start)}</span>
            <button type="button" class="link" onClick={() => onLook(margin(lane.start, lane.end))}>
              zoom
            </button>
            {lane.bars.length > 0 && (
              <button type="button" class="link" onClick={() => onLook(loadingOf(lane))}>
                loading
              </button>
            )}
          </div>
          {view && <VitalChips view={view} />}
        </div>
        <div class={`plot lane-plot rows-${isOpen ? 0 : lane.rows}`}>
          <i class="life" style={place(lane, window)} />
          {lane.loaded !== undefined && (
            <i class="loading" style={place({ start: lane.start, end: lane.loaded }, window)} />
          )}
          {drawn(lane.blocks, () => "block").map((block) => (
            <i
              key={block.key}
              data-key={block.key}
              class={`block ${block.key === selected ? "is-selected" : ""}`}
              style={place(block, window)}
            />
          ))}
          {!isOpen &&
            drawn(lane.bars, ({ row }) => row).map((bar) => (
              <i
                key={bar.key}
                data-key={bar.key}
                class={barClass(bar, selected)}
                style={{ ...place(bar, window), top: `${32 + bar.row * 9}px` }}
              />
            ))}
          {drawn(lane.marks, ({ kind }) => kind).map(({ key, kind, start, event }) => (
            <i
              key={key}
              data-key={key}
              class={`mark mark-${kind} ${event !== undefined && key === selected ? "is-selected" : ""}`}
              style={{ left: percent(shareOf(start, window)) }}
            />
          ))}
        </div>
      </div>
      {isOpen && <Waterfall lane={lane} window={window} selected={selected} />}
      {isOpen && <p class="hidden-title">{plural(lane.bars.length, "resource")}</p>}
    </div>
  );
}

function margin(start: number, end: number): Span {
  const air = Math.max(1, (end - start) * 0.02);
  return { start: start - air, end: end + air };
}

/** From the view's start to when it had settled, or to the end of the resources of its first seconds. */
function loadingOf({ start, loaded, bars }: Lane): Span {
  const first = bars.filter((bar) => bar.start - start < 5000).reduce((end, bar) => Math.max(end, bar.end), start + 1);
  return margin(start, Math.max(loaded ?? 0, Math.min(first, start + 15_000)));
}
