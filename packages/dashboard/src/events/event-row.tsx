import type { EpochMs } from "@sojourn/core/model";
import type { SessionEvent } from "../api/types.js";
import { Clip } from "../ui/text.js";
import { describe } from "./describe.js";
import { EventDetails } from "./event-details.js";
import { Line } from "./line.js";

export interface EventRowProps {
  id: string;
  event: SessionEvent;
  /** The page's host, left out of addresses. */
  host: string;
  origin: EpochMs;
  isOpen: boolean;
  isSelected: boolean;
  onToggle: (key: string) => void;
}

export function EventRow({ event, host, ...rest }: EventRowProps) {
  const { label, title, figures, tone } = describe(event, host);
  return (
    <Line
      {...rest}
      icon={event.type}
      date={event.date}
      class={`event is-${event.type} tone-${tone}`}
      summary={
        <>
          <span class="what">
            <b dir="auto">{label}</b>
            <Clip text={title} />
          </span>
          <span class="line-figures">
            {figures.map((figure) => (
              <span key={figure}>{figure}</span>
            ))}
          </span>
        </>
      }
      details={() => <EventDetails event={event} />}
    />
  );
}
