import type { ErrorGroup, ResourceGroup, VitalsItem } from "../api/figures.js";
import { ErrorRows } from "../errors/error-rows.js";
import { formatNs, NONE } from "../format/duration.js";
import { formatCount, formatShare } from "../format/numbers.js";
import { roomQuery, writeFilters } from "../sessions/filters.js";
import { Chart } from "../ui/chart.js";
import { Clip } from "../ui/text.js";
import { Wide } from "../ui/wide.js";
import { CORE_FIELDS, FIELD_NAMES, FIELDS, formatVital } from "../vitals/definitions.js";
import { Delta, VitalCard } from "../vitals/distribution.js";
import { VitalsTable } from "../vitals/vitals-table.js";
import { Panel, RoomFrame, type RoomProps } from "./room.js";
import { ScopeBar } from "./scope-bar.js";
import { useAnswer } from "./use-answer.js";

const ROWS = 6;
/** Longer periods are drawn by day. */
const HOURS_UP_TO_MS = 3 * 86_400_000;

/** How all of it is, against the period before. */
export function OverviewPage({ api, filters, onFilters }: RoomProps) {
  const { query, back } = roomQuery(filters, Date.now());
  const key = writeFilters(filters).toString();
  const vitals = useAnswer(`${key} now`, (signal) => api.vitals(query, signal));
  const before = useAnswer(`${key} before`, (signal) => api.vitals(back ?? { ...query, to: query.from }, signal));
  const group_by = back && (query.to ?? 0) - (query.from ?? 0) <= HOURS_UP_TO_MS ? "hour" : "day";
  const trend = useAnswer(`${key} ${group_by}`, (signal) => api.vitals({ ...query, group_by, limit: 500 }, signal));
  const errors = useAnswer(`${key} errors`, (signal) => api.errors({ ...query, sort: "count", limit: 100 }, signal));
  const errorsBefore = useAnswer(`${key} errors before`, (signal) =>
    api.errors({ ...(back ?? query), sort: "count", limit: 100 }, signal),
  );
  const releases = useAnswer(`${key} version`, (signal) =>
    api.vitals({ ...query, group_by: "version", limit: ROWS }, signal),
  );
  const requests = useAnswer(`${key} requests`, (signal) => api.resources({ ...query, limit: ROWS }, signal));

  return (
    <RoomFrame
      api={api}
      title="Overview"
      asked={vitals}
      beside={[before, trend, errors, errorsBefore, releases, requests]}
      bar={<ScopeBar filters={filters} onFilters={onFilters} texts={["application_id", "version"]} />}
    >
      {({ items: [now], vitals_definition }) => {
        const past = back && before.value?.items[0];
        return (
          <>
            <Counts
              now={now}
              before={past}
              errors={sum(errors.value?.items)}
              errorsBefore={back && sum(errorsBefore.value?.items)}
            />
            {now && (
              <div class="vital-cards">
                {FIELD_NAMES.map((field) => (
                  <VitalCard key={field} field={field} figures={now.vitals[field]} before={past?.vitals[field]} />
                ))}
              </div>
            )}
            <Trends items={trend.value?.items ?? []} />
            <div class="panels">
              <Panel
                title="Errors"
                note={<a href={`#/errors?${key}`}>All groups</a>}
                empty={errors.value?.items.length === 0 ? "No error in this period." : undefined}
              >
                <ErrorRows items={errors.value?.items.slice(0, ROWS) ?? []} filters={filters} brief />
              </Panel>
              <Panel
                title="Requests that took the most time"
                empty={requests.value?.items.length === 0 ? "No request in this period." : undefined}
              >
                <RequestRows items={requests.value?.items ?? []} />
              </Panel>
            </div>
            <Panel
              title="By release"
              empty={releases.value?.items.length === 0 ? "No view in this period." : undefined}
            >
              <VitalsTable items={releases.value?.items ?? []} head="Release" />
            </Panel>
            {vitals_definition !== "" && (
              <p class="muted small">
                Vitals as {vitals_definition} defines them. Changes are against the period before, as long as this one.
              </p>
            )}
          </>
        );
      }}
    </RoomFrame>
  );
}

const sum = (items: readonly ErrorGroup[] | undefined) => items?.reduce((all, { count }) => all + count, 0);

interface CountsProps {
  now: VitalsItem | undefined;
  before: VitalsItem | undefined;
  errors: number | undefined;
  errorsBefore: number | undefined;
}

function Counts({ now, before, errors, errorsBefore }: CountsProps) {
  const rate = now && errors !== undefined && now.views > 0 ? errors / now.views : undefined;
  const rateBefore = before && errorsBefore !== undefined && before.views > 0 ? errorsBefore / before.views : undefined;
  return (
    <dl class="figures">
      <Count name="Sessions" now={now?.sessions ?? 0} before={before?.sessions} />
      <Count name="Views" now={now?.views ?? 0} before={before?.views} />
      <Count name="Errors" now={errors ?? 0} before={errorsBefore} moreIsWorse />
      <div class="figure">
        <dt>Errors a view</dt>
        <dd>
          {rate === undefined ? NONE : formatShare(rate)} <Delta now={rate ?? null} before={rateBefore ?? null} />
        </dd>
      </div>
    </dl>
  );
}

function Count({
  name,
  now,
  before,
  moreIsWorse = false,
}: {
  name: string;
  now: number;
  before: number | undefined;
  moreIsWorse?: boolean;
}) {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>
        {formatCount(now)} <Delta now={now} before={before ?? null} moreIsWorse={moreIsWorse} />
      </dd>
    </div>
  );
}

/** The core vitals over time. */
function Trends({ items }: { items: readonly VitalsItem[] }) {
  if (items.length < 2) return null;
  const inOrder = [...items].sort((a, b) => Number(a.group) - Number(b.group));
  const times = inOrder.map(({ group }) => Number(group));
  return (
    <div class="charts">
      {CORE_FIELDS.map((field) => {
        const { name = "", good = 0, poor = 0 } = FIELDS[field] ?? {};
        return (
          <Panel key={field} title={`${name} p75`}>
            <Chart
              label={`${name} p75`}
              times={times}
              values={inOrder.map(({ vitals }) => vitals[field].p75)}
              format={(value) => formatVital(field, value)}
              marks={[
                { value: good, tone: "good" },
                { value: poor, tone: "poor" },
              ]}
            />
          </Panel>
        );
      })}
    </div>
  );
}

export function RequestRows({ items }: { items: readonly ResourceGroup[] }) {
  return (
    <Wide label="Requests">
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">Address</th>
            <th scope="col" class="num">
              Count
            </th>
            <th scope="col" class="num">
              Failed
            </th>
            <th scope="col" class="num">
              p75
            </th>
            <th scope="col" class="num">
              p95
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={`${item.resource_method} ${item.resource_host}${item.resource_path_group} ${item.resource_type}`}>
              <td>
                <Clip text={`${item.resource_method} ${item.resource_path_group}`.trim()} />
                <span class="sub">
                  <Clip text={`${item.resource_host} · ${item.resource_type}`} />
                </span>
              </td>
              <td class="num">{formatCount(item.count)}</td>
              <td class={`num ${item.failed > 0 ? "is-alarm" : "muted"}`}>{formatShare(item.failed / item.count)}</td>
              <td class="num">{formatNs(item.duration_p75 ?? undefined)}</td>
              <td class="num">{formatNs(item.duration_p95 ?? undefined)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
