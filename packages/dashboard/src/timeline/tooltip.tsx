import { describe } from "../events/describe.js";
import { formatMs, formatStopwatch } from "../format/duration.js";
import type { Mark, Timeline } from "./lanes.js";

export interface TooltipProps {
  timeline: Timeline;
  /** ms after the session's beginning. */
  at: number;
  /** Where the pointer is, in CSS pixels of the viewport. */
  x: number;
  y: number;
  /** What it points at. */
  target: string | undefined;
}

/** Beside the pointer: the moment, and what lies there. */
export function Tooltip({ timeline, at, x, y, target }: TooltipProps) {
  const found = target === undefined ? undefined : find(timeline, target);
  const right = x > innerWidth * 0.6;
  return (
    <div
      class={`tooltip ${right ? "is-left" : ""}`}
      style={{ left: `${x}px`, top: `${Math.min(y, innerHeight - 120)}px` }}
      aria-hidden="true"
    >
      {found && (
        <>
          <strong dir="auto">{found.title}</strong>
          {found.lines.map((line) => (
            <span key={line} dir="auto">
              {line}
            </span>
          ))}
        </>
      )}
      <span class="muted">at {formatStopwatch(found?.at ?? at)} s</span>
    </div>
  );
}

function find(timeline: Timeline, key: string) {
  for (const lane of timeline.lanes) {
    const span = lane.bars.find((bar) => bar.key === key) ?? lane.blocks.find((block) => block.key === key);
    if (span !== undefined) return { ...words(span.event), at: span.start };
    const mark = lane.marks.find((candidate) => candidate.key === key);
    if (mark !== undefined) return { ...markWords(mark, lane.start), at: mark.start };
  }
  return undefined;
}

function words(event: Parameters<typeof describe>[0]) {
  const { label, title, figures } = describe(event);
  return { title: label, lines: [title.slice(0, 300), figures.join(" · ")].filter(Boolean) };
}

function markWords({ event, label, start: at }: Mark, start: number) {
  return event ? words(event) : { title: label ?? "", lines: [`${formatMs(at - start)} after the view began`] };
}
