import type { EpochMs } from "@sojourn/core/model";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { formatDay, formatFull, formatMinute } from "../format/time.js";
import { useThemeChanges } from "./theme.js";

export interface ChartProps {
  label: string;
  /** Epoch ms. */
  times: readonly number[];
  /** One value for each time, in the unit of `format`; null where there is none. */
  values: readonly (number | null)[];
  format: (value: number) => string;
  /** Lines across, such as thresholds. */
  marks?: readonly { value: number; tone: "good" | "poor" }[];
}

const HEIGHT = 150;
/** From here on the axis has days. */
const DAYS_FROM_MS = 2 * 86_400_000;

/** A line over time, with what it was at the pointer. The table it stands for is for those who do not see it. */
export function Chart({ label, times, values, format, marks = [] }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const theme = useThemeChanges();

  useEffect(() => {
    const element = place.current;
    if (!element || times.length === 0) return;
    const ink = colour(element, "--muted");
    const line = colour(element, "--line");
    const tones = { good: colour(element, "--good"), poor: colour(element, "--alarm") };
    const isLong = (times.at(-1) ?? 0) - (times[0] ?? 0) > DAYS_FROM_MS;
    const timeOf = (seconds: number) => (isLong ? formatDay : formatMinute)((seconds * 1000) as EpochMs);
    const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    const plot = new uPlot(
      {
        width: element.clientWidth || 300,
        height: HEIGHT,
        cursor: { y: false },
        legend: { live: true },
        scales: {
          y: { range: (_plot, _low, high) => [0, Math.max(high * 1.1, ...marks.map(({ value }) => value * 1.05))] },
        },
        axes: [
          { ...axis, space: 70, values: (_plot, ticks) => ticks.map(timeOf) },
          { ...axis, size: 62, values: (_plot, ticks) => ticks.map((tick) => format(tick)) },
        ],
        series: [
          { label: "Time", value: (_plot, value) => (value ? formatFull((value * 1000) as EpochMs) : "–") },
          {
            label,
            stroke: colour(element, "--accent"),
            width: 2,
            points: { show: times.length < 3 },
            value: (_plot, value) => (value === null || value === undefined ? "–" : format(value)),
          },
        ],
        hooks: {
          draw: [
            (drawn) => {
              for (const { value, tone } of marks) {
                const y = drawn.valToPos(value, "y", true);
                const { left, width } = drawn.bbox;
                drawn.ctx.save();
                drawn.ctx.strokeStyle = tones[tone];
                drawn.ctx.setLineDash([4, 4]);
                drawn.ctx.beginPath();
                drawn.ctx.moveTo(left, y);
                drawn.ctx.lineTo(left + width, y);
                drawn.ctx.stroke();
                drawn.ctx.restore();
              }
            },
          ],
        },
      },
      [times.map((time) => time / 1000), [...values]],
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [times, values, label, theme]);

  return <div ref={place} class="chart" role="img" aria-label={label} />;
}

/** What a colour of the style sheet is in the theme of now: a canvas knows neither variables nor themes. */
function colour(element: HTMLElement, name: string): string {
  element.style.color = `var(${name})`;
  const { color } = getComputedStyle(element);
  element.style.color = "";
  return color;
}
