import type { ComponentChildren } from "preact";
import { Icon } from "../ui/icons.js";
import {
  CLIENT_TEXTS,
  type Filters,
  isFiltered,
  NO_FILTERS,
  RANGES,
  type RangeName,
  type TextName,
} from "./filters.js";

export interface FilterBarProps {
  filters: Filters;
  /** Values to choose from; any other may be typed. */
  known: Partial<Record<TextName, readonly string[]>>;
  onFilters: (filters: Filters) => void;
  paused: boolean;
  onPaused: (paused: boolean) => void;
}

const CUSTOM = "custom";
const HOUR_MS = 3_600_000;

interface FieldProps {
  filters: Filters;
  onFilters: (filters: Filters) => void;
}

/** Since when, or from when to when. */
export function PeriodFields({ filters, onFilters }: FieldProps) {
  const isCustom = filters.from !== undefined || filters.to !== undefined;
  const { from: _from, to: _to, ...moving } = filters;

  function onRange(value: string) {
    if (value !== CUSTOM) return onFilters({ ...moving, range: value as RangeName });
    const now = Date.now();
    const length = RANGES[filters.range].ms ?? 24 * HOUR_MS;
    onFilters({ ...moving, from: now - length, to: now });
  }

  return (
    <>
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
    </>
  );
}

export function TypeField({ filters, onFilters }: FieldProps) {
  return (
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
  );
}

interface TextFieldProps extends FieldProps {
  label: string;
  name: TextName;
  /** Values to choose from; any other may be typed. */
  known?: readonly string[] | undefined;
}

export function TextField({ label, name, known = [], filters, onFilters }: TextFieldProps) {
  return (
    <label>
      {label}
      <input
        value={filters[name]}
        list={known.length ? `known-${name}` : undefined}
        placeholder="Any"
        maxLength={512}
        onChange={(e) => onFilters({ ...filters, [name]: e.currentTarget.value.trim() })}
      />
      {known.length > 0 && (
        <datalist id={`known-${name}`}>
          {known.map((value) => (
            <option key={value} value={value} />
          ))}
        </datalist>
      )}
    </label>
  );
}

interface WordFieldProps extends FieldProps {
  label: string;
  name: TextName;
  /** By value, what is shown for it. */
  words: Readonly<Record<string, string>>;
}

export function WordField({ label, name, words, filters, onFilters }: WordFieldProps) {
  return (
    <label>
      {label}
      <select value={filters[name]} onChange={(e) => onFilters({ ...filters, [name]: e.currentTarget.value })}>
        <option value="">Any</option>
        {Object.entries(words).map(([value, shown]) => (
          <option key={value} value={value}>
            {shown}
          </option>
        ))}
      </select>
    </label>
  );
}

interface MoreFieldsProps extends FieldProps {
  /** Those inside, for how many of them are set. */
  names: readonly TextName[];
  children: ComponentChildren;
}

/** Fields that are seldom wanted: open while one of them is set. */
export function MoreFields({ filters, names, children }: Omit<MoreFieldsProps, "onFilters">) {
  const set = names.filter((name) => filters[name] !== "").length;
  return (
    <details class="more" open={set > 0}>
      <summary>{set > 0 ? `More filters (${set})` : "More filters"}</summary>
      <div class="filters">{children}</div>
    </details>
  );
}

const CLIENT_LABELS = { browser: "Browser", os: "System", device: "Device", country: "Country" } as const;

export function ClientFields({ known = {}, ...all }: FieldProps & { known?: FilterBarProps["known"] }) {
  return (
    <>
      {CLIENT_TEXTS.map((name) => (
        <TextField key={name} label={CLIENT_LABELS[name]} name={name} known={known[name]} {...all} />
      ))}
    </>
  );
}

const SELDOM = [...CLIENT_TEXTS, "has_error", "has_frustration", "worst_vital"] as const;

export function FilterBar({ filters, known, onFilters, paused, onPaused }: FilterBarProps) {
  const all = { filters, onFilters };
  return (
    <search class="filters" aria-label="Filter sessions">
      <PeriodFields {...all} />
      <TypeField {...all} />
      <TextField label="Application" name="application_id" known={known.application_id} {...all} />
      <TextField label="User" name="user_id" known={known.user_id} {...all} />
      <TextField label="Page" name="path_group" known={known.path_group} {...all} />
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
      <MoreFields filters={filters} names={SELDOM}>
        <ClientFields known={known} {...all} />
        <WordField label="Errors" name="has_error" words={{ true: "With errors", false: "Without" }} {...all} />
        <WordField
          label="Frustration"
          name="has_frustration"
          words={{ true: "Frustrated clicks", false: "None" }}
          {...all}
        />
        <WordField
          label="Worst vital"
          name="worst_vital"
          words={{ poor: "Poor", "needs-improvement": "Needs improvement", good: "Good" }}
          {...all}
        />
      </MoreFields>
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
