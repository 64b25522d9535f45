import type { EpochMs } from "@sojourn/core/model";
import type { SessionItem } from "../api/types.js";
import { plural } from "../format/numbers.js";
import { formatWhen } from "../format/time.js";
import { useNow } from "../ui/now.js";
import { type Filters, RANGES } from "./filters.js";
import { histogram } from "./summary.js";

const BARS = 48;

/** When the loaded sessions began; the part with errors stands out. */
export function Histogram({ items, filters }: { items: readonly SessionItem[]; filters: Filters }) {
  const now = useNow();
  // Whole steps, so that bars do not shiver while the clock runs.
  const step = 10_000;
  const to = filters.to ?? Math.ceil((now + 1) / step) * step;
  const oldest = items.at(-1)?.date ?? to - 1;
  const from = Math.max(filters.from ?? to - (RANGES[filters.range].ms ?? to), Math.min(oldest, to - BARS * 1000));
  const buckets = histogram(items, from, to, BARS);
  const most = Math.max(1, ...buckets.map((bucket) => bucket.sessions));
  return (
    <figure class="histogram">
      <svg
        viewBox={`0 0 ${BARS} 40`}
        preserveAspectRatio="none"
        role="img"
        aria-label="Sessions by the time they began"
      >
        {buckets.map(({ start, sessions, withErrors }, i) => {
          const height = (sessions / most) * 40;
          const alarm = (withErrors / most) * 40;
          return (
            <g key={start}>
              <title>{`${formatWhen(start as EpochMs, now)}: ${plural(sessions, "session")}, ${withErrors} with errors`}</title>
              <rect class="bar-ground" x={i} y={0} width={0.8} height={40} />
              <rect class="bar-sessions" x={i} y={40 - height} width={0.8} height={height} />
              <rect class="bar-errors" x={i} y={40 - alarm} width={0.8} height={alarm} />
            </g>
          );
        })}
      </svg>
      <figcaption>
        <span>{formatWhen(from as EpochMs, now)}</span>
        <span>{filters.to === undefined ? "now" : formatWhen(to as EpochMs, now)}</span>
      </figcaption>
    </figure>
  );
}
