import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { formatMs, formatStopwatch } from "../format/duration.js";
import { startTimelineInput, type TimelineHandlers } from "./input.js";
import { LaneRow } from "./lane-row.js";
import type { Timeline } from "./lanes.js";
import { Legend } from "./legend.js";
import { Overview } from "./overview.js";
import { percent } from "./percent.js";
import { axisTicks } from "./ticks.js";
import { Tooltip } from "./tooltip.js";
import { fit, overlaps, pan, type Span, shareOf, zoom } from "./window.js";

const MAX_TICKS = 9;
const LANES = 40;

export interface TimelineViewProps {
  timeline: Timeline;
  /** The key of the event that is chosen. */
  selected?: string | undefined;
  onSelect: (key: string) => void;
}

/** A session on one time axis: a lane for each view, and in it what happened. */
export function TimelineView({ timeline, selected, onSelect }: TimelineViewProps) {
  const [chosen, setChosen] = useState<Span>();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [band, setBand] = useState<{ from: number; to: number }>();
  const [place, setPlace] = useState<Parameters<TimelineHandlers["point"]>[0]>();
  const [lanesShown, setLanesShown] = useState(LANES);
  const body = useRef<HTMLElement>(null);
  const axis = useRef<HTMLDivElement>(null);

  // A window that nobody chose grows with the session.
  const window = chosen === undefined ? wholeOf(timeline) : fit(chosen, timeline);
  const atShare = (share: number) => window.start + share * (window.end - window.start);
  const look = (span: Span) => setChosen(fit(span, timeline));

  const handlers = useRef<TimelineHandlers>(undefined);
  handlers.current = {
    zoom: (factor, at) => look(zoom(window, factor, atShare(at), timeline)),
    pan: (by) => chosen !== undefined && look(pan(window, by, timeline)),
    reset: () => setChosen(undefined),
    band: setBand,
    choose: (from, to) => look({ start: atShare(Math.min(from, to)), end: atShare(Math.max(from, to)) }),
    point: setPlace,
    select: onSelect,
  };

  useEffect(() => {
    if (body.current === null || axis.current === null) return;
    const call =
      <K extends keyof TimelineHandlers>(name: K) =>
      (...args: Parameters<TimelineHandlers[K]>) =>
        (handlers.current?.[name] as ((...args: unknown[]) => void) | undefined)?.(...args);
    return startTimelineInput(body.current, axis.current, {
      zoom: call("zoom"),
      pan: call("pan"),
      reset: call("reset"),
      band: call("band"),
      choose: call("choose"),
      point: call("point"),
      select: call("select"),
    });
  }, []);

  const ticks = axisTicks(window, MAX_TICKS);
  const inWindow = useMemo(
    () => timeline.lanes.filter((lane) => overlaps(lane, { start: window.start, end: window.end })),
    [timeline, window.start, window.end],
  );
  const lanes = useMemo(
    () =>
      inWindow
        .slice(0, lanesShown)
        .map((lane) => (
          <LaneRow
            key={lane.key}
            lane={lane}
            window={{ start: window.start, end: window.end }}
            isOpen={open.has(lane.key)}
            onToggle={() => setOpen((old) => toggled(old, lane.key))}
            onLook={setChosen}
            selected={selected}
          />
        )),
    [inWindow, lanesShown, window.start, window.end, open, selected],
  );

  return (
    <section class="timeline" aria-label="Timeline">
      <header class="timeline-bar">
        <h2>Timeline</h2>
        <Legend />
        <div class="zoom">
          <span class="muted">
            {formatStopwatch(window.start, 1)} – {formatStopwatch(window.end, 1)} s
          </span>
          <button type="button" class="quiet" onClick={() => handlers.current?.zoom(2, 0.5)} aria-label="Zoom out">
            −
          </button>
          <button type="button" class="quiet" onClick={() => handlers.current?.zoom(0.5, 0.5)} aria-label="Zoom in">
            +
          </button>
          <button type="button" class="quiet" disabled={chosen === undefined} onClick={() => setChosen(undefined)}>
            Whole session
          </button>
        </div>
      </header>
      <Overview timeline={timeline} window={window} onWindow={look} />
      <section
        ref={body}
        class="timeline-body"
        aria-label="Zoom with + and −, move with the arrows, 0 shows everything"
      >
        <div class="lane-grid axis">
          <div class="axis-label muted">{formatMs(window.end - window.start)}</div>
          <div class="plot" ref={axis}>
            {ticks.map(({ at, label }) => (
              <span key={at} class="tick" style={{ left: percent(shareOf(at, window)) }}>
                {label}
              </span>
            ))}
          </div>
        </div>
        <div class="lane-grid rules" aria-hidden="true">
          <div class="rules-label" />
          <div class="plot">
            {ticks.map(({ at }) => (
              <i key={at} class="rule" style={{ left: percent(shareOf(at, window)) }} />
            ))}
            {place && <i class="cursor" style={{ left: percent(place.share) }} />}
            {band && (
              <i
                class="band"
                style={{ left: percent(Math.min(band.from, band.to)), width: percent(Math.abs(band.to - band.from)) }}
              />
            )}
          </div>
        </div>
        {lanes}
        {inWindow.length > lanesShown && (
          <button type="button" class="quiet more-lanes" onClick={() => setLanesShown(lanesShown + LANES)}>
            Show more of {inWindow.length} views
          </button>
        )}
        {inWindow.length < timeline.lanes.length && (
          <p class="muted lanes-note">{timeline.lanes.length - inWindow.length} views lie outside this window.</p>
        )}
      </section>
      {place && !band && (
        <Tooltip timeline={timeline} at={atShare(place.share)} x={place.x} y={place.y} target={place.key} />
      )}
    </section>
  );
}

/** Everything, with a little air at the end. */
const wholeOf = ({ start, end }: Timeline): Span => ({ start, end: end * 1.01 });

function toggled(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(key)) next.add(key);
  return next;
}
