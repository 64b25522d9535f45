import type { FieldsOf, RelativeMs, UserContext, ViewContext, ViewId } from "@sojourn/core";
import type { Counts, Session } from "@sojourn/session";

export type LoadingType = "initial_load" | "route_change" | "bf_cache" | "session_renewal";
/** Of what a view is called, and of its path's group. */
export const MAX_NAME = 200;

type ViewFields = FieldsOf<"view">;
/** Measures that a view collects while it lives. */
export type Measures = Partial<Omit<ViewFields, "document_version" | "time_spent" | "is_active">>;

/** What a view is called and what goes into each of its events. */
export type Called = Partial<Pick<View, "name" | "context">>;

/** What a person sees under one address, from the moment it was asked for until the next. */
export interface View {
  readonly id: ViewId;
  readonly session: Session<View>;
  readonly url: string;
  readonly referrer: string;
  name: string | undefined;
  readonly pathGroup: string | undefined;
  readonly startedAt: RelativeMs;
  readonly date: ViewContext["view_started_at"];
  loadingType: LoadingType;
  /** Who was there, as far as the view ever knew. */
  user?: UserContext;
  endedAt?: RelativeMs;
  /** Of the newest version that left. */
  version: number;
  /** When that version was written. */
  writtenAt: RelativeMs;
  readonly counts: Counts;
  readonly measures: Measures;
  /** Name → nanoseconds since its start. */
  timings: Record<string, unknown>;
  /** What the application says of everything in this view. */
  context: Record<string, unknown>;
  /** Reason → how many facts were left out while it was current. */
  readonly drops: Record<string, number>;
}

/** What the rest of the SDK asks of the views. */
export interface ViewLookup {
  current(): View | undefined;
  /** The view that was there at a moment of this document. */
  at(moment: RelativeMs): View | undefined;
  /** Something of this view changed: a new version will leave with the next body. */
  changed(view: View): void;
  /** The fields of the next version. */
  describe(view: View): ViewFields;
}

export function encodeView(view: View): ViewContext {
  return {
    view_id: view.id,
    view_url: view.url,
    view_started_at: view.date,
    view_referrer: view.referrer || undefined,
    view_name: view.name,
    view_path_group: view.pathGroup,
  };
}
