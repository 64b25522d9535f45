import type { EpochMs, EventType, FieldsOf, Ns, ViewContext } from "@sojourn/core/model";

type Places = "id" | "url" | "host" | "path" | "path_group" | "url_query";
type PlaceOf<Which extends "first" | "last"> = { [P in Places as `session_${Which}_view_${P}`]: string };

/** A session as the query API lists it. A text that is not known is empty. */
export interface SessionItem extends PlaceOf<"first">, PlaceOf<"last"> {
  session_id: string;
  /** `user` or `synthetics`. */
  session_type: string;
  session_referrer: string;
  session_has_replay: boolean;
  /** From the session's creation to the last moment it was lived in. */
  time_spent: Ns;
  session_view_count: number;
  session_error_count: number;
  session_resource_count: number;
  session_action_count: number;
  session_long_task_count: number;
  application_id: string;
  /** When the session was created. */
  date: EpochMs;
  user_id: string;
  ip: string;
  browser: string;
  browser_version: string;
  os: string;
  os_version: string;
  device: string;
  country: string;
}

/** The newest version of one view. */
export type View = Partial<FieldsOf<"view">> &
  Partial<Omit<ViewContext, "view_id">> & {
    view_id: string;
    /** When the view began. */
    date: EpochMs;
    view_host?: string;
    view_path?: string;
    page_id?: string;
    tab_id?: string;
  };

/** Types of the events that lie within views. */
export type Signal = Exclude<EventType, "view">;

interface Stamp {
  date: EpochMs;
  page_id: string;
  seq: number;
  view_id?: string;
  context?: Record<string, unknown>;
}

type Known = { [T in Signal]: Stamp & { type: T } & Partial<FieldsOf<T>> }[Signal];
/** An event of a type that this page does not know, from a newer collector. */
type Other = Stamp & { type: "other"; other_type: string };

/** One event of a session. Fields that were not recorded are absent. */
export type SessionEvent = Known | Other;
export type EventOf<T extends SessionEvent["type"]> = Extract<SessionEvent, { type: T }>;

/** Everything the collector knows about one session. */
export interface SessionDetail {
  session: SessionItem;
  /** By beginning. */
  views: readonly View[];
  /** By date. */
  events: readonly SessionEvent[];
}

/** One page of a list, and where the next begins. */
export interface Page<T> {
  items: readonly T[];
  next: string | null;
}
