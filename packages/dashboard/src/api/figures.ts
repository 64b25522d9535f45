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
  /** Where it stands in the sources, by a source map. */
  source?: {
    file: string;
    line: number;
    column: number;
    function?: string;
    context?: { first: number; lines: readonly string[] };
  };
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

interface Cause {
  count: number;
  /** Nanoseconds, of the layout shift a score. */
  p75: number;
  selector: string;
}

/** What vitals come from. `parts` are means in nanoseconds, which add up to the mean of the whole. */
export interface Attribution {
  largest_contentful_paint: readonly (Cause & { url: string; parts: Record<string, number> })[];
  interaction_to_next_paint: readonly (Cause & { interaction_type: string; parts: Record<string, number> })[];
  cumulative_layout_shift: readonly Cause[];
  scripts: readonly { url: string; function: string; count: number; duration: Ns; forced_layout: Ns }[];
  third_parties: readonly {
    host: string;
    requests: number;
    views: number;
    failed: number;
    transfer_size: number;
    render_blocking: number;
    duration_p75: Ns | null;
    script_time: Ns;
  }[];
}

/** What the SDK itself cost pages. */
export interface Overhead {
  views: number;
  time_p50: Ns | null;
  time_p75: Ns | null;
  time_p95: Ns | null;
  time_share: number | null;
  sent_bytes_p50: number | null;
  sent_bytes_p95: number | null;
  sent_bytes_total: number;
}

/** What reached this process of the collector since it started. */
export interface Arrivals {
  since: EpochMs;
  sdk: { count: number; last_at: EpochMs | null };
  applications: readonly { application_id: string; client_token: string; beacons: number; last_at: EpochMs | null }[];
  refusals: readonly {
    application_id: string;
    code: string;
    message: string;
    field: string;
    origin: string;
    count: number;
    last_at: EpochMs;
  }[];
}
