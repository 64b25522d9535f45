import type { VitalField, VitalFigures } from "../api/figures.js";
import { formatShare, plural } from "../format/numbers.js";
import { FIELDS, formatVital, type Rating, ratingOf, shares } from "./definitions.js";

const ORDER: readonly Rating[] = ["good", "needs-improvement", "poor"];
const WORDS: Record<Rating, string> = { good: "good", "needs-improvement": "needs improvement", poor: "poor" };

/** How the samples of a vital stand against its thresholds, as one bar. */
export function Distribution({ figures }: { figures: VitalFigures }) {
  const parts = shares(figures);
  const words = ORDER.map((rating) => `${formatShare(parts[rating])} ${WORDS[rating]}`).join(", ");
  let x = 0;
  return (
    <svg class="distribution" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label={words}>
      <title>{words}</title>
      <rect class="ground" width="100" height="6" />
      {ORDER.map((rating) => {
        const width = parts[rating] * 100;
        const bar = <rect key={rating} class={`is-${rating}`} x={x} width={width} height="6" />;
        x += width;
        return bar;
      })}
    </svg>
  );
}

export interface VitalCardProps {
  field: VitalField;
  figures: VitalFigures;
  /** Of the period before. */
  before: VitalFigures | undefined;
}

/** A vital: what three of four views were at most, how all of them stand, and what the figure is made of. */
export function VitalCard({ field, figures, before }: VitalCardProps) {
  const definition = FIELDS[field];
  if (!definition) return null;
  const rating = ratingOf(field, figures.p75);
  return (
    <section class="vital-card" aria-label={definition.title}>
      <h2>
        <abbr title={definition.title}>{definition.name}</abbr>
        <span class="muted"> p75</span>
      </h2>
      <p class={`vital-value ${rating ? `is-${rating}` : ""}`}>
        {formatVital(field, figures.p75)}
        {rating && <span class="hidden-title"> {WORDS[rating]}</span>}
        <Delta now={figures.p75} before={before?.p75 ?? null} />
      </p>
      <Distribution figures={figures} />
      <p class="muted small">
        {figures.samples === 0
          ? "Not measured"
          : `${plural(figures.samples, "sample")}, p95 ${formatVital(field, figures.p95)}`}
        {figures.samples > 0 && figures.coverage < 0.995 && (
          <span title="Share of the views that could have it whose browser measures it">
            {" "}
            · {formatShare(figures.coverage)} of views covered
          </span>
        )}
      </p>
    </section>
  );
}

/** Ten times as much. */
const MOST_TOLD = 9;

/** Against the period before: more is worse, unless said otherwise. */
export function Delta({
  now,
  before,
  moreIsWorse = true,
}: {
  now: number | null;
  before: number | null;
  moreIsWorse?: boolean | undefined;
}) {
  if (now === null || before === null || before === 0) return null;
  const moved = now / before - 1;
  if (Math.abs(moved) < 0.005) return <span class="delta">±0 %</span>;
  // Against next to nothing every figure is a record.
  if (moved > MOST_TOLD) return null;
  const tone = moved > 0 === moreIsWorse ? "is-worse" : "is-better";
  return (
    <span class={`delta ${tone}`} title="Against the period before">
      {moved > 0 ? "+" : "−"}
      {formatShare(Math.abs(moved))}
    </span>
  );
}
