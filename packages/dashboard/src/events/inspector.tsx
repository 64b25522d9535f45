import type { EpochMs } from "@sojourn/core/model";
import { useEffect, useRef } from "preact/hooks";
import type { SessionEvent } from "../api/types.js";
import { formatStopwatch } from "../format/duration.js";
import { formatFull } from "../format/time.js";
import { Icon } from "../ui/icons.js";
import { describe } from "./describe.js";
import { EventDetails } from "./event-details.js";

export interface InspectorProps {
  event: SessionEvent;
  /** The zero of the shown time. */
  origin: EpochMs;
  onClose: () => void;
}

/** What was chosen in the timeline, beside it, so that the timeline stays where it is. Escape closes it. */
export function Inspector({ event, origin, onClose }: InspectorProps) {
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const onKey = (key: KeyboardEvent) => key.key === "Escape" && close.current();
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);

  const { label, tone } = describe(event);
  return (
    <aside class={`inspector tone-${tone}`} aria-label="Chosen event">
      <header>
        <Icon name={event.type} />
        <h2 dir="auto">{label}</h2>
        <button type="button" class="quiet icon-only" onClick={onClose} aria-label="Close">
          <Icon name="close" />
        </button>
      </header>
      <p class="muted">
        at {formatStopwatch(event.date - origin)} s, {formatFull(event.date)}
      </p>
      <EventDetails event={event} />
    </aside>
  );
}
