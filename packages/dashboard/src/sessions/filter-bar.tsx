import { Icon } from "../ui/icons.js";
import { type Filters, isFiltered, NO_FILTERS, RANGES, type RangeName } from "./filters.js";

export interface FilterBarProps {
  filters: Filters;
  /** Ids to choose from; any other may be typed. */
  applications: readonly string[];
  onFilters: (filters: Filters) => void;
  paused: boolean;
  onPaused: (paused: boolean) => void;
}

const CUSTOM = "custom";
const HOUR_MS = 3_600_000;

export function FilterBar({ filters, applications, onFilters, paused, onPaused }: FilterBarProps) {
  const isCustom = filters.from !== undefined || filters.to !== undefined;
  const { from: _from, to: _to, ...moving } = filters;

  function onRange(value: string) {
    if (value !== CUSTOM) return onFilters({ ...moving, range: value as RangeName });
    const now = Date.now();
    const length = RANGES[filters.range].ms ?? 24 * HOUR_MS;
    onFilters({ ...moving, from: now - length, to: now });
  }

  return (
    <search class="filters" aria-label="Filter sessions">
      <label>
        Time
        <select value={isCustom ? CUSTOM : filters.range} onChange={(e) => onRange(e.currentTarget.value)}>
          {Object.entries(RANGES).map(([name, { label }]) => (
            <option key={name} value={name}>
              {name === "all" ? "All time" : `Last ${label}`}
            </option>
          ))}
          <option value={CUSTOM}>From … to …</option>
        </select>
      </label>
      {isCustom && (
        <>
          <Moment label="From" at={filters.from} onAt={(from) => onFilters(withMoment(filters, "from", from))} />
          <Moment label="To" at={filters.to} onAt={(to) => onFilters(withMoment(filters, "to", to))} />
        </>
      )}
      <label>
        Type
        <select
          value={filters.session_type}
          onChange={(e) => onFilters({ ...filters, session_type: e.currentTarget.value })}
        >
          <option value="">All</option>
          <option value="user">User</option>
          <option value="synthetics">Synthetics</option>
        </select>
      </label>
      <label>
        Application
        <input
          value={filters.application_id}
          list="applications"
          placeholder="All"
          maxLength={64}
          onChange={(e) => onFilters({ ...filters, application_id: e.currentTarget.value.trim() })}
        />
        <datalist id="applications">
          {applications.map((id) => (
            <option key={id} value={id} />
          ))}
        </datalist>
      </label>
      <label>
        User
        <input
          value={filters.user_id}
          placeholder="Any"
          maxLength={512}
          onChange={(e) => onFilters({ ...filters, user_id: e.currentTarget.value.trim() })}
        />
      </label>
      {isFiltered(filters) && (
        <button type="button" class="quiet" onClick={() => onFilters(NO_FILTERS)}>
          Clear
        </button>
      )}
      <button
        type="button"
        class={`live-toggle ${paused ? "" : "is-live"}`}
        aria-pressed={paused}
        onClick={() => onPaused(!paused)}
        title={paused ? "Look every 2 seconds again" : "Stop looking for new sessions"}
      >
        <Icon name={paused ? "play" : "pause"} />
        {paused ? "Paused" : "Live"}
      </button>
    </search>
  );
}

interface MomentProps {
  label: string;
  at: number | undefined;
  onAt: (at: number | undefined) => void;
}

function Moment({ label, at, onAt }: MomentProps) {
  return (
    <label>
      {label}
      <input
        type="datetime-local"
        value={at === undefined ? "" : localMinute(at)}
        onChange={(e) => onAt(e.currentTarget.value === "" ? undefined : Date.parse(e.currentTarget.value))}
      />
    </label>
  );
}

function withMoment(filters: Filters, name: "from" | "to", at: number | undefined): Filters {
  const { [name]: _old, ...rest } = filters;
  return at === undefined || Number.isNaN(at) ? rest : { ...rest, [name]: at };
}

/** As `datetime-local` wants it: the reader's own zone, to the minute. */
function localMinute(at: number): string {
  const offset = new Date(at).getTimezoneOffset() * 60_000;
  return new Date(at - offset).toISOString().slice(0, 16);
}
