import type { View } from "../api/types.js";
import { RATING_WORDS, rate, VITAL_NAMES, VITALS } from "./vitals.js";

/** The vitals that were measured in a view, each with its standing. */
export function VitalChips({ view }: { view: View }) {
  return (
    <ul class="chips">
      {VITAL_NAMES.map((name) => {
        const rating = rate(name, view);
        if (rating === undefined) return null;
        const { title, format, target } = VITALS[name];
        const about = target(view);
        return (
          <li
            key={name}
            class={`chip is-${rating}`}
            title={`${title}: ${RATING_WORDS[rating]}${about === undefined ? "" : `, ${about}`}`}
          >
            {name} <b>{format(view)}</b>
            <span class="hidden-title">{RATING_WORDS[rating]}</span>
          </li>
        );
      })}
    </ul>
  );
}
