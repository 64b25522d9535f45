import type { Delivery, Overhead } from "../api/figures.js";
import { formatNs, NONE } from "../format/duration.js";
import { formatBytes, formatCount, formatShare, plural } from "../format/numbers.js";
import { roomQuery, writeFilters } from "../sessions/filters.js";
import { Clip } from "../ui/text.js";
import { Wide } from "../ui/wide.js";
import { Panel, RoomFrame, type RoomProps } from "./room.js";
import { ScopeBar } from "./scope-bar.js";
import { useAnswer } from "./use-answer.js";

const ROWS = 100;

/** What pages numbered, what of it is here, and why the rest is not. */
export function DeliveryPage({ api, filters, onFilters }: RoomProps) {
  const { application_id, session_type, from, to } = roomQuery(filters, Date.now()).query;
  const asked = useAnswer(`${writeFilters(filters)} delivery`, (signal) =>
    api.delivery({ application_id, session_type, from, to, limit: ROWS }, signal),
  );
  const cost = useAnswer(`${writeFilters(filters)} overhead`, (signal) =>
    api.overhead({ application_id, session_type, from, to }, signal),
  );
  return (
    <RoomFrame
      api={api}
      title="Delivery"
      asked={asked}
      beside={[cost]}
      bar={<ScopeBar filters={filters} onFilters={onFilters} texts={["application_id"]} byClient={false} />}
    >
      {({ items, total, next }) => (
        <>
          <Totals total={total} />
          <div class="panels">
            <Reasons title="Refused by the collector" counts={total.rejected} none="Nothing was refused." />
            <Reasons title="Left out by the page itself" counts={total.dropped} none="No page left anything out." />
          </div>
          {cost.value && <Cost cost={cost.value} />}
          <Panel
            title="Sessions by day"
            note={
              next === null
                ? "Those that miss something first."
                : `Of the newest ${ROWS}, those that miss something first.`
            }
            empty={items.length === 0 ? "No page told of an event in this period." : undefined}
          >
            <Rows items={items} />
          </Panel>
        </>
      )}
    </RoomFrame>
  );
}

const refusedOf = (counts: Record<string, number>) => Object.values(counts).reduce((all, count) => all + count, 0);

function Totals({ total }: { total: Delivery["total"] }) {
  const { claimed, stored, missing, late, rejected, sessions, pages } = total;
  const figures = [
    ["Claimed", claimed, `by ${plural(pages, "page")} of ${plural(sessions, "session")}`],
    ["Stored", stored, claimed > 0 ? formatShare(stored / claimed) : ""],
    ["Missing", missing, claimed > 0 ? formatShare(missing / claimed) : ""],
    ["Refused", refusedOf(rejected), ""],
    ["Late", late, "of the stored"],
  ] as const;
  return (
    <dl class="figures">
      {figures.map(([name, count, note]) => (
        <div key={name} class={`figure ${name === "Missing" && count > 0 ? "is-alarm" : ""}`}>
          <dt>{name}</dt>
          <dd>{formatCount(count)}</dd>
          <dd class="figure-note">{note}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What measuring cost the pages that were measured. */
function Cost({ cost }: { cost: Overhead }) {
  const { views, time_p50, time_p75, time_p95, time_share, sent_bytes_p50, sent_bytes_p95, sent_bytes_total } = cost;
  const bytes = (value: number | null) => formatBytes(value ?? undefined);
  const figures = [
    [
      "Main thread, a view",
      formatNs(time_p50 ?? undefined),
      `p75 ${formatNs(time_p75 ?? undefined)}, p95 ${formatNs(time_p95 ?? undefined)}`,
    ],
    ["Of the time in front", time_share === null ? NONE : TINY.format(time_share), ""],
    ["Sent, a view", bytes(sent_bytes_p50), `p95 ${bytes(sent_bytes_p95)}`],
    ["Sent in all", bytes(sent_bytes_total), `by ${plural(views, "view")}`],
  ] as const;
  return (
    <Panel
      title="What the SDK cost the pages"
      note="As it measured itself: medians."
      empty={views === 0 ? "No view told of it in this period." : undefined}
    >
      <dl class="figures is-plain">
        {figures.map(([name, value, note]) => (
          <div key={name} class="figure">
            <dt>{name}</dt>
            <dd>{value}</dd>
            <dd class="figure-note">{note}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

/** Shares far below one percent. */
const TINY = new Intl.NumberFormat(undefined, { style: "percent", maximumSignificantDigits: 2 });

function Reasons({ title, counts, none }: { title: string; counts: Record<string, number>; none: string }) {
  const all = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return (
    <Panel title={title} empty={all.length === 0 ? none : undefined}>
      <table class="rows">
        <tbody>
          {all.map(([reason, count]) => (
            <tr key={reason}>
              <td>
                <Clip text={reason} />
              </td>
              <td class="num">{formatCount(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Rows({ items }: { items: Delivery["items"] }) {
  return (
    <Wide label="Ledger">
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">Session</th>
            <th scope="col">Day</th>
            {["Claimed", "Stored", "Missing", "Refused", "Late"].map((name) => (
              <th key={name} scope="col" class="num">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...items]
            .sort((a, b) => b.missing - a.missing)
            .map((item) => (
              <tr key={`${item.session_id} ${item.day}`}>
                <td>
                  <a href={`#/sessions/${encodeURIComponent(item.session_id)}`}>
                    <Clip text={item.session_id} />
                  </a>
                  <span class="sub">
                    <Clip text={item.application_id} />
                  </span>
                </td>
                <td>{item.day}</td>
                <td class="num">{formatCount(item.claimed)}</td>
                <td class="num">{formatCount(item.stored)}</td>
                <td class={`num ${item.missing > 0 ? "is-alarm" : "muted"}`}>{formatCount(item.missing)}</td>
                <td class="num">{formatCount(refusedOf(item.rejected))}</td>
                <td class="num">{formatCount(item.late)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </Wide>
  );
}
