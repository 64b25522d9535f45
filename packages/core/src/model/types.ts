import type {
  ENVELOPE,
  EVENT_FIELDS,
  EventType,
  PAGE_CONTEXT,
  SDK_CONTEXT,
  SESSION_BLOCK,
  USER_CONTEXT,
  VIEW_CONTEXT,
} from "./fields.js";
import type { FieldTable, Kind } from "./kinds.js";
import type { EpochMs, Ns } from "./units.js";

interface ValueOf {
  id: string;
  word: string;
  name: string;
  text: string;
  url: string;
  ns: Ns;
  ms: EpochMs;
  count: number;
  bytes: number;
  number: number;
  flag: boolean;
  object: Record<string, unknown>;
  list: readonly unknown[];
}

type Required<T extends FieldTable> = { [F in keyof T]: T[F] extends `${string}!` ? F : never }[keyof T];
type KindOf<S> = S extends `${infer K extends Kind}!` ? K : S extends Kind ? S : never;
type Flat<T> = { [F in keyof T]: T[F] };

/** The TypeScript type of a field table. */
export type FromTable<T extends FieldTable> = Flat<
  { -readonly [F in Required<T>]: ValueOf[KindOf<T[F]>] } & {
    -readonly [F in Exclude<keyof T, Required<T>>]?: ValueOf[KindOf<T[F]>] | undefined;
  }
>;

export type Envelope = FromTable<typeof ENVELOPE>;
export type ViewContext = FromTable<typeof VIEW_CONTEXT>;
export type UserContext = FromTable<typeof USER_CONTEXT>;
export type SessionBlock = FromTable<typeof SESSION_BLOCK>;
export type PageContext = FromTable<typeof PAGE_CONTEXT>;
export type SdkContext = FromTable<typeof SDK_CONTEXT>;

/** The own fields of one type of event, without the envelope. */
export type FieldsOf<T extends EventType> = FromTable<(typeof EVENT_FIELDS)[T]>;

/** An event as it travels. */
export type WireEvent = { [T in EventType]: Omit<Envelope, "type"> & { type: T } & FieldsOf<T> }[EventType];

/** The body of `POST /v1/rum`. */
export interface Beacon {
  /** Wire version. */
  v: 1;
  sdk: SdkContext;
  application_id: string;
  /** The sender's wall clock when the body was made. */
  sent_at: EpochMs;
  /** The highest number that the page had given to an event then. */
  seq?: number;
  page: PageContext;
  sessions: SessionBlock[];
  views: ViewContext[];
  users?: UserContext[];
  events: WireEvent[];
}
