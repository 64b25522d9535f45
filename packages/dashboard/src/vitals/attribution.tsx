import type { Ns } from "@sojourn/core/model";
import type { Attribution } from "../api/figures.js";
import { formatNs, NONE } from "../format/duration.js";
import { formatBytes, formatCount, formatScore, formatShare } from "../format/numbers.js";
import { Panel } from "../rooms/room.js";
import { Clip } from "../ui/text.js";
import { Wide } from "../ui/wide.js";

/** What parts are called, in the order of time. */
const PART_NAMES: Readonly<Record<string, string>> = {
  first_byte: "first byte",
  load_delay: "load delay",
  load_time: "load time",
  render_delay: "render delay",
  input_delay: "input delay",
  processing_duration: "processing",
  presentation_delay: "presentation",
};

/** What the vitals of the pages come from. */
export function AttributionPanels({ found }: { found: Attribution | undefined }) {
  if (!found) return null;
  const { largest_contentful_paint, interaction_to_next_paint, cumulative_layout_shift } = found;
  return (
    <>
      <Panel
        title="What was painted last"
        note="Elements of LCP; means of its parts."
        empty={largest_contentful_paint.length === 0 ? "No view told of its largest paint." : undefined}
      >
        <Rows
          label="Elements of LCP"
          heads={["Element", "Views", "p75"]}
          last="Where the time went"
          rows={largest_contentful_paint.map(({ selector, url, count, p75, parts }) => ({
            key: selector,
            name: <Named text={selector} more={url} />,
            cells: [formatCount(count), formatNs(p75 as Ns)],
            last: <Parts parts={parts} />,
          }))}
        />
      </Panel>
      <Panel
        title="What was slow to answer"
        note="Targets of INP; means of its parts."
        empty={interaction_to_next_paint.length === 0 ? "No view told of a slow interaction." : undefined}
      >
        <Rows
          label="Targets of INP"
          heads={["Target", "Views", "p75"]}
          last="Where the time went"
          rows={interaction_to_next_paint.map(({ selector, interaction_type, count, p75, parts }) => ({
            key: `${selector} ${interaction_type}`,
            name: <Named text={selector} more={interaction_type} />,
            cells: [formatCount(count), formatNs(p75 as Ns)],
            last: <Parts parts={parts} />,
          }))}
        />
      </Panel>
      <Panel
        title="What moved"
        note="Where the largest layout shift of a view was."
        empty={cumulative_layout_shift.length === 0 ? "No view told of a layout shift." : undefined}
      >
        <Rows
          label="Sources of CLS"
          heads={["Element", "Views", "p75"]}
          rows={cumulative_layout_shift.map(({ selector, count, p75 }) => ({
            key: selector,
            name: <Clip text={selector} />,
            cells: [formatCount(count), formatScore(p75)],
          }))}
        />
      </Panel>
    </>
  );
}

/** What kept the main thread, and what other hosts cost. */
export function CostPanels({ found }: { found: Attribution | undefined }) {
  if (!found) return null;
  const { scripts, third_parties } = found;
  return (
    <>
      <Panel
        title="Scripts that ran longest"
        note="In long animation frames, of browsers that tell of them."
        empty={scripts.length === 0 ? "No script was in a long animation frame." : undefined}
      >
        <Rows
          label="Longest scripts"
          heads={["Script", "Frames", "Time", "Forced layout"]}
          rows={scripts.map(({ url, function: name, count, duration, forced_layout }) => ({
            key: `${url} ${name}`,
            name: <Named text={name || "(anonymous)"} more={url} />,
            cells: [formatCount(count), formatNs(duration), formatNs(forced_layout)],
          }))}
        />
      </Panel>
      <Panel
        title="Other hosts"
        note="What is not of the page's own host, by what it cost the main thread."
        empty={third_parties.length === 0 ? "The pages asked no other host for anything." : undefined}
      >
        <Rows
          label="What other hosts cost"
          heads={["Host", "Requests", "Failed", "p75", "Size", "Blocking", "Script time"]}
          rows={third_parties.map((one) => ({
            key: one.host,
            name: <Clip text={one.host} />,
            cells: [
              formatCount(one.requests),
              one.requests > 0 ? formatShare(one.failed / one.requests) : NONE,
              formatNs(one.duration_p75 ?? undefined),
              formatBytes(one.transfer_size),
              formatCount(one.render_blocking),
              formatNs(one.script_time),
            ],
          }))}
        />
      </Panel>
    </>
  );
}

interface Row {
  key: string;
  name: preact.ComponentChildren;
  cells: readonly string[];
  last?: preact.ComponentChildren;
}

function Rows({
  label,
  heads,
  last,
  rows,
}: {
  label: string;
  heads: readonly string[];
  last?: string;
  rows: readonly Row[];
}) {
  return (
    <Wide label={label}>
      <table class="rows">
        <thead>
          <tr>
            {heads.map((head, i) => (
              <th key={head} scope="col" class={i === 0 ? "" : "num"}>
                {head}
              </th>
            ))}
            {last && (
              <th scope="col" class="bar-column">
                {last}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <td>{row.name}</td>
              {row.cells.map((cell, i) => (
                <td key={heads[i + 1]} class="num">
                  {cell}
                </td>
              ))}
              {last && <td class="bar-column">{row.last}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

function Named({ text, more }: { text: string; more: string }) {
  return (
    <>
      <Clip text={text} />
      {more !== "" && (
        <span class="sub">
          <Clip text={more} />
        </span>
      )}
    </>
  );
}

/** Parts of a duration as one bar, and the longest of them in words. */
function Parts({ parts }: { parts: Record<string, number> }) {
  const all = Object.entries(PART_NAMES).flatMap(([name, shown]) =>
    parts[name] === undefined ? [] : [{ shown, value: parts[name] }],
  );
  const whole = all.reduce((sum, { value }) => sum + value, 0);
  if (whole === 0) return <>{NONE}</>;
  const words = all.map(({ shown, value }) => `${shown} ${formatNs(value as Ns)}`).join(", ");
  const longest = all.reduce((a, b) => (b.value > a.value ? b : a));
  let x = 0;
  return (
    <>
      <svg class="distribution" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label={words}>
        <title>{words}</title>
        {all.map(({ shown, value }, i) => {
          const width = (value / whole) * 100;
          const bar = <rect key={shown} class={`part-${i}`} x={x} width={width} height="6" />;
          x += width;
          return bar;
        })}
      </svg>
      <span class="sub">
        {longest.shown} {formatShare(longest.value / whole)}
      </span>
    </>
  );
}
