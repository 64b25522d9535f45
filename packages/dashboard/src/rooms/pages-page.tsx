import { formatShare } from "../format/numbers.js";
import { writeRoute } from "../route.js";
import { roomQuery, writeFilters } from "../sessions/filters.js";
import { AttributionPanels, CostPanels } from "../vitals/attribution.js";
import { FIELD_NAMES } from "../vitals/definitions.js";
import { VitalCard } from "../vitals/distribution.js";
import { VitalsTable } from "../vitals/vitals-table.js";
import { RequestRows } from "./overview-page.js";
import { Panel, RoomFrame, type RoomProps } from "./room.js";
import { ScopeBar } from "./scope-bar.js";
import { useAnswer } from "./use-answer.js";

const MOST = 100;
/** Elements, targets, scripts and hosts of each kind. */
const CAUSES = 10;
const BY = [
  ["browser", "Browser"],
  ["device", "Device"],
  ["country", "Country"],
  ["version", "Release"],
] as const;

/** Pages by group, those with the most views first; of one page what it is made of. */
export function PagesPage({ api, filters, onFilters }: RoomProps) {
  const { query, back } = roomQuery(filters, Date.now());
  const key = writeFilters(filters).toString();
  const one = filters.path_group !== "";
  const pages = useAnswer(`${key} pages`, (signal) =>
    api.vitals({ ...query, group_by: "path_group", limit: MOST }, signal),
  );
  const before = useAnswer(`${key} before`, (signal) =>
    api.vitals({ ...(back ?? query), group_by: "path_group", limit: MOST }, signal),
  );
  const found = useAnswer(`${key} attribution`, (signal) => api.attribution({ ...query, limit: CAUSES }, signal));
  return (
    <RoomFrame
      api={api}
      title="Pages"
      asked={pages}
      beside={[before]}
      bar={<ScopeBar filters={filters} onFilters={onFilters} texts={["application_id", "path_group", "version"]} />}
    >
      {({ items }) => {
        const [only] = items;
        if (!only) return <Panel title="Pages" empty="No view in this period matches these filters." />;
        const past = back && before.value?.items[0];
        return (
          <>
            {one && (
              <>
                <a class="back" href={writeRoute({ name: "pages", filters: { ...filters, path_group: "" } })}>
                  All pages
                </a>
                <div class="vital-cards">
                  {FIELD_NAMES.map((field) => (
                    <VitalCard key={field} field={field} figures={only.vitals[field]} before={past?.vitals[field]} />
                  ))}
                </div>
                <AttributionPanels found={found.value} />
              </>
            )}
            {!one && (
              <Panel
                title="Pages"
                note={
                  items.length >= MOST
                    ? `The ${MOST} with the most views.`
                    : `Coverage of LCP: ${formatShare(only.vitals.largest_contentful_paint.coverage)} of the first's views.`
                }
              >
                <VitalsTable
                  items={items}
                  head="Page"
                  href={(path_group) => writeRoute({ name: "pages", filters: { ...filters, path_group } })}
                />
              </Panel>
            )}
            <CostPanels found={found.value} />
            {one && <OnePage api={api} filters={filters} below={found.value !== undefined || !!found.problem} />}
          </>
        );
      }}
    </RoomFrame>
  );
}

/** What one page's views have in common, and its requests: drawn at once, below all else, so that nothing moves. `below`: what comes above is there. */
function OnePage({ api, filters, below }: Pick<RoomProps, "api" | "filters"> & { below: boolean }) {
  const { query } = roomQuery(filters, Date.now());
  const key = writeFilters(filters).toString();
  const requests = useAnswer(`${key} requests`, (signal) => api.resources({ ...query, limit: 15 }, signal));
  const by = BY.map(([group_by, head]) => ({
    head,
    // The list never changes, so neither does the order of what is asked.
    asked: useAnswer(`${key} ${group_by}`, (signal) => api.vitals({ ...query, group_by, limit: 8 }, signal)),
  }));
  if (!below || [requests, ...by.map(({ asked }) => asked)].some(({ value, problem }) => !value && !problem))
    return null;
  return (
    <>
      {by.map(({ head, asked }) => (
        <Panel key={head} title={`By ${head.toLowerCase()}`}>
          <VitalsTable items={asked.value?.items ?? []} head={head} />
        </Panel>
      ))}
      <Panel
        title="Requests that took the most time"
        empty={requests.value?.items.length === 0 ? "No request on this page." : undefined}
      >
        <RequestRows items={requests.value?.items ?? []} />
      </Panel>
    </>
  );
}
