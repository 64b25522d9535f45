import { ClientFields, MoreFields, PeriodFields, TextField, TypeField } from "../sessions/filter-bar.js";
import type { Filters } from "../sessions/filters.js";
import { CLIENT_TEXTS, isFiltered, NO_FILTERS } from "../sessions/filters.js";

export interface ScopeBarProps {
  filters: Filters;
  onFilters: (filters: Filters) => void;
  /** Texts that this room can be narrowed by. */
  texts: readonly ("application_id" | "path_group" | "version")[];
  /** Whether also by browser, system, device and country. */
  byClient?: boolean;
}

const LABELS = { application_id: "Application", path_group: "Page", version: "Release" } as const;

/** What all figures of a room are narrowed by; it stands in the address. */
export function ScopeBar({ filters, onFilters, texts, byClient = true }: ScopeBarProps) {
  return (
    <search class="filters" aria-label="Filter">
      <PeriodFields filters={filters} onFilters={onFilters} />
      <TypeField filters={filters} onFilters={onFilters} />
      {texts.map((name) => (
        <TextField key={name} label={LABELS[name]} name={name} filters={filters} onFilters={onFilters} />
      ))}
      {isFiltered(filters) && (
        <button type="button" class="quiet" onClick={() => onFilters(NO_FILTERS)}>
          Clear
        </button>
      )}
      {byClient && (
        <MoreFields filters={filters} names={CLIENT_TEXTS}>
          <ClientFields filters={filters} onFilters={onFilters} />
        </MoreFields>
      )}
    </search>
  );
}
