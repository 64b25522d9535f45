import { useMemo, useRef } from "preact/hooks";
import type { Timeline } from "./lanes.js";
import { percent } from "./percent.js";
import { type Span, shareOf } from "./window.js";

const BUCKETS = 160;

export interface OverviewProps {
  timeline: Timeline;
  window: Span;
  onWindow: (window: Span) => void;
}

/** The whole session in one strip. Press and drag to choose what the lanes below show. */
export function Overview({ timeline, window, onWindow }: OverviewProps) {
  const from = useRef<number>(undefined);
  const density = useMemo(() => countMoments(timeline), [timeline]);
  const most = Math.max(1, ...density.map(({ all }) => all));
  const length = timeline.end - timeline.start;

  const share = (event: PointerEvent & { currentTarget: Element }) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return (event.clientX - left) / width;
  };
  function choose(a: number, b: number) {
    // A press without a drag looks at a tenth around it.
    const [start, end] = Math.abs(b - a) < 0.005 ? [a - 0.05, a + 0.05] : [Math.min(a, b), Math.max(a, b)];
    onWindow({ start: timeline.start + start * length, end: timeline.start + end * length });
  }

  return (
    <div
      class="overview"
      aria-hidden="true"
      onPointerDown={(event) => {
        from.current = share(event);
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => from.current !== undefined && choose(from.current, share(event))}
      onPointerUp={(event) => {
        if (from.current !== undefined) choose(from.current, share(event));
        from.current = undefined;
      }}
      onPointerCancel={() => {
        from.current = undefined;
      }}
    >
      <svg viewBox={`0 0 ${BUCKETS} 24`} preserveAspectRatio="none" aria-hidden="true">
        {density.map(({ all, errors }, i) => {
          const height = all === 0 ? 0 : 3 + (Math.sqrt(all) / Math.sqrt(most)) * 21;
          return (
            all > 0 && (
              <rect key={i} class={errors > 0 ? "has-errors" : ""} x={i} y={24 - height} width={0.8} height={height} />
            )
          );
        })}
      </svg>
      <i
        class="overview-window"
        style={{
          left: percent(shareOf(window.start, timeline)),
          width: percent(Math.min(1, (window.end - window.start) / length)),
        }}
      />
    </div>
  );
}

interface Bucket {
  all: number;
  errors: number;
}

function countMoments(timeline: Timeline): Bucket[] {
  const buckets = Array.from({ length: BUCKETS }, (): Bucket => ({ all: 0, errors: 0 }));
  const count = (at: number, isError: boolean) => {
    const bucket = buckets[Math.min(BUCKETS - 1, Math.floor(shareOf(at, timeline) * BUCKETS))];
    if (bucket === undefined) return;
    bucket.all++;
    if (isError) bucket.errors++;
  };
  for (const { bars, blocks, marks } of timeline.lanes) {
    for (const span of [...bars, ...blocks]) count(span.start, false);
    for (const mark of marks) if (mark.event) count(mark.start, mark.kind === "error");
  }
  return buckets;
}
