import type { EpochMs, Ns } from "@sojourn/core/model";

/** Answers of the collector about many views, errors and requests; its OpenAPI document says all of them. */

/** The figures of one vital. Values are nanoseconds, of the layout shift a score. */
export interface VitalFigures {
  samples: number;
  p50: number | null;
  p75: number | null;
  p90: number | null;
  p95: number | null;
  good: number;
  needs_improvement: number;
  poor: number;
  /** Share, 0 to 1, of the views that could have it whose browser measures it. */
  coverage: number;
}

export type VitalField =
  | "largest_contentful_paint"
  | "interaction_to_next_paint"
  | "cumulative_layout_shift"
  | "first_contentful_paint"
  | "first_byte"
  | "loading_time";

export interface VitalsItem {
  group: string | number | null;
  views: number;
  sessions: number;
  vitals: Record<VitalField, VitalFigures>;
}

export interface Vitals {
  items: readonly VitalsItem[];
  vitals_definition: string;
  definitions: Record<string, number>;
}

export interface ResourceGroup {
  resource_host: string;
  resource_path_group: string;
  resource_method: string;
  resource_type: string;
  count: number;
  sessions: number;
  failed: number;
  duration_p50: Ns | null;
  duration_p75: Ns | null;
  duration_p95: Ns | null;
  /** Bytes. */
  transfer_size: number;
}

export interface ErrorGroup {
  application_id: string;
  error_fingerprint: string;
  error_type: string;
  error_message: string;
  error_source: string;
  error_handling: string;
  count: number;
  sessions: number;
  users: number;
  first_seen: EpochMs;
  last_seen: EpochMs;
  first_release: string;
  last_release: string;
  /** Errors in each of as many equal parts of the period. */
  trend: readonly number[];
  state: string;
  state_release: string;
  state_changed_at: EpochMs;
}

export interface ErrorExample {
  date: EpochMs;
  session_id?: string;
  page_id: string;
  seq: number;
  error_message?: string;
  error_stack?: string;
  error_frames?: readonly ErrorFrame[];
  view_path?: string;
  browser?: string;
  browser_version?: string;
  os?: string;
  user_id?: string;
  version?: string;
}

export interface ErrorFrame {
  function?: string;
  file?: string;
  line?: number;
  column?: number;
}

export interface ErrorDetail {
  group: ErrorGroup;
  by: Record<string, readonly { value: string; count: number }[]>;
  examples: readonly ErrorExample[];
}

interface Ledger {
  pages: number;
  claimed: number;
  stored: number;
  missing: number;
  late: number;
  rejected: Record<string, number>;
  dropped: Record<string, number>;
}

export interface Delivery {
  items: readonly (Ledger & { application_id: string; session_id: string; session_type: string; day: string })[];
  next: string | null;
  total: Ledger & { sessions: number };
}
