import type { FieldsOf } from "@sojourn/core/model";

type View = FieldsOf<"view">;

/** When each vital was, after the view's start. */
const MOMENTS = {
  first_contentful_paint: "first_contentful_paint",
  cumulative_layout_shift: "cumulative_layout_shift_time",
  interaction_to_next_paint: "interaction_to_next_paint_time",
} as const satisfies Record<string, keyof View>;

/** Until when a document is busy with each. */
const STATES = {
  loading: "dom_interactive",
  "dom-interactive": "dom_content_loaded",
  "dom-content-loaded": "dom_complete",
} as const satisfies Record<string, keyof View>;

/**
 * What the document was busy with at the moment of each vital, which follows from the times that the view tells. Empty
 * where a document had not loaded by then: its times are not known before. Whatever is not a load finds a document that is
 * complete.
 */
export function loadStates(view: View): Record<string, string> {
  const states: Record<string, string> = {};
  for (const [vital, moment] of entriesOf(MOMENTS)) {
    const field = `${vital}_load_state` as const;
    states[field] = view[field] ?? stateAt(view, view[moment]);
  }
  return states;
}

const entriesOf = <T extends object>(table: T) => Object.entries(table) as [keyof T & string, T[keyof T]][];

function stateAt(view: View, at: number | undefined): string {
  if (at === undefined) return "";
  if (view.view_loading_type !== "initial_load") return "complete";
  for (const [state, end] of entriesOf(STATES)) {
    const until = view[end];
    if (until === undefined) return "";
    if (at < until) return state;
  }
  return "complete";
}
