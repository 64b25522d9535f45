import type { EpochMs } from "@sojourn/core/model";
import type { View } from "../api/types.js";
import { formatNs } from "../format/duration.js";
import { VitalChips } from "../session/vital-chips.js";
import { Clip } from "../ui/text.js";
import { Facts, RawJson } from "./facts.js";
import { Line } from "./line.js";

export interface ViewRowProps {
  id: string;
  view: View;
  origin: EpochMs;
  isOpen: boolean;
  isSelected: boolean;
  onToggle: (key: string) => void;
}

/** Where a view begins: a heading in the list of events. */
export function ViewRow({ view, ...rest }: ViewRowProps) {
  return (
    <Line
      {...rest}
      icon="view"
      date={view.date}
      class="event is-view"
      summary={
        <>
          <span class="what">
            <b>{LOADING_WORDS[view.view_loading_type ?? ""] ?? "View"}</b>
            <Clip text={view.view_name ?? view.view_path ?? view.view_url ?? ""} />
          </span>
          <span class="line-figures">
            <VitalChips view={view} />
            <span>{formatNs(view.time_spent)}</span>
          </span>
        </>
      }
      details={() => (
        <>
          <Facts
            facts={[
              ["Address", view.view_url, "url"],
              ["Referrer", view.view_referrer, "url"],
              ["Path group", view.view_path_group],
              ["Loading time", view.loading_time && formatNs(view.loading_time)],
              ["Largest element", view.largest_contentful_paint_element_selector],
              ["Slowest interaction", view.interaction_to_next_paint_target_selector],
              ["Largest shift", view.cumulative_layout_shift_target_selector],
            ]}
          />
          <RawJson value={view} />
        </>
      )}
    />
  );
}

const LOADING_WORDS: Readonly<Record<string, string>> = {
  initial_load: "Initial load",
  route_change: "Route change",
  bf_cache: "Back or forward",
  session_renewal: "New session",
};
