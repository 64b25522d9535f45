import type { EpochMs } from "@sojourn/core/model";
import type { ComponentChildren } from "preact";
import { formatStopwatch } from "../format/duration.js";
import { formatFull } from "../format/time.js";
import { Icon, type IconName } from "../ui/icons.js";

export interface LineProps {
  id: string;
  icon: IconName;
  date: EpochMs;
  origin: EpochMs;
  class: string;
  isOpen: boolean;
  isSelected: boolean;
  onToggle: (key: string) => void;
  /** In one line. */
  summary: ComponentChildren;
  /** Shown when it is open; asked for only then. */
  details: () => ComponentChildren;
}

/** A line of the list of events that opens to its details. */
export function Line({ id, icon, date, origin, isOpen, isSelected, onToggle, summary, details, ...rest }: LineProps) {
  return (
    <li class={`${rest.class} ${isOpen ? "is-open" : ""}`} data-selected={isSelected || undefined}>
      <button type="button" class="line" aria-expanded={isOpen} onClick={() => onToggle(id)}>
        <time class="offset" title={formatFull(date)}>
          {formatStopwatch(date - origin)}
        </time>
        <Icon name={icon} />
        {summary}
        <Icon name="chevron" />
      </button>
      {isOpen && <div class="details">{details()}</div>}
    </li>
  );
}
