import { useReducer, useRef, useState } from "preact/hooks";
import type { Answer, Api, Problem } from "../api/client.js";
import type { Page, SessionItem } from "../api/types.js";
import { usePolling } from "../api/use-polling.js";
import { plural } from "../format/numbers.js";
import { Setup } from "../setup/setup.js";
import { ProblemBanner, ProblemPage } from "../ui/problem.js";
import { FilterBar } from "./filter-bar.js";
import {
  type Filters,
  isFiltered,
  NO_FILTERS,
  rangeInWords,
  sessionQuery,
  type TextName,
  writeFilters,
} from "./filters.js";
import { EMPTY_LIST, MAX_ROWS, reduceList, shownItems } from "./list-state.js";
import { OlderButton } from "./older-button.js";
import { SessionTable } from "./session-table.js";
import { SummaryRow } from "./summary-row.js";
import { useBusy } from "./use-busy.js";

const POLL_MS = 2000;
const PAGE_ROWS = 50;

export interface SessionsPageProps {
  api: Api;
  filters: Filters;
  onFilters: (filters: Filters) => void;
}

/** The list of sessions, live. */
export function SessionsPage({ api, filters, onFilters }: SessionsPageProps) {
  const [list, change] = useReducer(reduceList, EMPTY_LIST);
  const [problem, setProblem] = useState<Problem>();
  const [paused, setPaused] = useState(false);
  const table = useRef<HTMLDivElement>(null);
  const busy = useBusy(table, () => change({ kind: "release" }));

  const question = writeFilters(filters).toString();

  function onAnswer(answer: Answer<Page<SessionItem>>) {
    setProblem(answer.ok ? undefined : answer.problem);
    if (answer.ok) change({ kind: "newest", question, page: answer.value, hold: busy() });
  }

  const refresh = usePolling({
    load: (signal) => api.sessions({ ...sessionQuery(filters, Date.now()), limit: PAGE_ROWS }, signal),
    onAnswer,
    next: (answer) => (paused || (!answer.ok && answer.problem.kind === "signed-out") ? undefined : POLL_MS),
    key: `${question} ${paused}`,
  });

  function showWaiting() {
    change({ kind: "release" });
    if ((table.current?.getBoundingClientRect().top ?? 0) < 0) table.current?.scrollIntoView();
  }

  if (list.question === undefined) {
    return problem ? <ProblemPage api={api} problem={problem} retry={refresh} /> : <TableSkeleton />;
  }
  if (problem?.kind === "signed-out") return <ProblemPage api={api} problem={problem} retry={refresh} />;

  const items = shownItems(list);
  const range = rangeInWords(filters);
  const allTime = filters.range === "all" ? undefined : () => onFilters({ ...filters, range: "all" });
  const current = list.question === question;
  if (items.length === 0 && current && !isFiltered(filters)) {
    return (
      <Setup
        api={api}
        origin={location.origin}
        applicationId={filters.application_id}
        range={range}
        onAllTime={allTime}
      />
    );
  }

  return (
    <>
      {problem && <ProblemBanner problem={problem} retry={refresh} />}
      <h1 class="hidden-title">Sessions</h1>
      <FilterBar
        filters={filters}
        known={knownIn(list.items)}
        onFilters={onFilters}
        paused={paused}
        onPaused={setPaused}
      />
      <SummaryRow items={items} more={list.next !== null} range={range} filters={filters} />
      <div ref={table} class="table-frame" aria-busy={!current}>
        {list.waiting.size > 0 && (
          <div class="waiting">
            <button type="button" onClick={showWaiting}>
              Show {plural(list.waiting.size, "new session")}
            </button>
          </div>
        )}
        {items.length === 0 ? (
          <div class="empty">
            <p>No session {range} matches these filters.</p>
            <button type="button" onClick={() => onFilters({ ...NO_FILTERS, range: filters.range })}>
              Clear the filters
            </button>
          </div>
        ) : (
          <SessionTable items={items} arrived={list.arrived} />
        )}
      </div>
      {list.next !== null && items.length < MAX_ROWS && (
        <OlderButton
          load={(signal) =>
            api.sessions(
              { ...sessionQuery(filters, Date.now()), limit: PAGE_ROWS, cursor: list.next ?? undefined },
              signal,
            )
          }
          onPage={(page) => change({ kind: "older", question, page })}
        />
      )}
      {items.length >= MAX_ROWS && (
        <p class="muted center">The list ends after {plural(MAX_ROWS, "row")}. Choose a shorter time to see others.</p>
      )}
    </>
  );
}

/** Values to choose from, of the rows that are there. */
function knownIn(items: readonly SessionItem[]): Partial<Record<TextName, readonly string[]>> {
  const of = (value: (item: SessionItem) => string) =>
    [...new Set(items.map(value))]
      .filter((text) => text !== "")
      .sort()
      .slice(0, 50);
  return {
    application_id: of((item) => item.application_id),
    user_id: of((item) => item.user_id),
    path_group: of((item) => item.session_first_view_path_group),
    browser: of((item) => item.browser),
    os: of((item) => item.os),
    device: of((item) => item.device),
    country: of((item) => item.country),
  };
}

function TableSkeleton() {
  return (
    <div class="skeleton" role="status" aria-label="Loading sessions">
      {Array.from({ length: 9 }, (_, i) => (
        <i key={i} />
      ))}
    </div>
  );
}
