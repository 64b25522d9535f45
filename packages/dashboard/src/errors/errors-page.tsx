import { useState } from "preact/hooks";
import { plural } from "../format/numbers.js";
import { Panel, RoomFrame, type RoomProps } from "../rooms/room.js";
import { ScopeBar } from "../rooms/scope-bar.js";
import { useAnswer } from "../rooms/use-answer.js";
import { rangeInWords, roomQuery, writeFilters } from "../sessions/filters.js";
import { ErrorRows } from "./error-rows.js";

const ROWS = 100;
const STATES = ["", "open", "regressed", "ignored", "resolved"] as const;
const SORTS = { count: "Most frequent", sessions: "Most sessions", last_seen: "Newest" } as const;

/** Errors by group. */
export function ErrorsPage({ api, filters, onFilters }: RoomProps) {
  const [state, setState] = useState("");
  const [sort, setSort] = useState<string>("count");
  const { query } = roomQuery(filters, Date.now());
  const asked = useAnswer(`${writeFilters(filters)} ${state} ${sort}`, (signal) =>
    api.errors({ ...query, state, sort, limit: ROWS }, signal),
  );
  return (
    <RoomFrame
      api={api}
      title="Errors"
      asked={asked}
      bar={
        <div class="bars">
          <ScopeBar filters={filters} onFilters={onFilters} texts={["application_id", "path_group", "version"]} />
          <div class="filters">
            <label>
              State
              <select value={state} onChange={(e) => setState(e.currentTarget.value)}>
                {STATES.map((word) => (
                  <option key={word} value={word}>
                    {word === "" ? "All" : word}
                  </option>
                ))}
              </select>
            </label>
            <label>
              First
              <select value={sort} onChange={(e) => setSort(e.currentTarget.value)}>
                {Object.entries(SORTS).map(([word, label]) => (
                  <option key={word} value={word}>
                    {label}
                  </option>
                ))}
              </select>
            </label>
          </div>
        </div>
      }
    >
      {({ items, next }) => (
        <Panel
          title="Groups"
          note={next === null ? plural(items.length, "group") : `The first ${ROWS}.`}
          empty={items.length === 0 ? `No error ${rangeInWords(filters)} matches these filters.` : undefined}
        >
          <ErrorRows items={items} filters={filters} />
        </Panel>
      )}
    </RoomFrame>
  );
}
