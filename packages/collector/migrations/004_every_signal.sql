-- Every signal whole: time in front, loading and scrolling of views, parts of the vitals, frustration, what belongs to an
-- action, traces, connections, accounts, and what measuring itself took.

ALTER TABLE views
  ADD COLUMN IF NOT EXISTS account_id String AFTER user_email,
  ADD COLUMN IF NOT EXISTS account_name String AFTER account_id,
  ADD COLUMN IF NOT EXISTS frustration_count Nullable(UInt32),
  ADD COLUMN IF NOT EXISTS foreground_time Nullable(UInt64),
  ADD COLUMN IF NOT EXISTS active_time Nullable(UInt64),
  ADD COLUMN IF NOT EXISTS soft_navigation Nullable(Bool),
  ADD COLUMN IF NOT EXISTS scroll_depth Nullable(UInt32),
  ADD COLUMN IF NOT EXISTS scroll_height Nullable(UInt32),
  ADD COLUMN IF NOT EXISTS first_contentful_paint_load_state LowCardinality(String),
  ADD COLUMN IF NOT EXISTS largest_contentful_paint_load_delay Nullable(UInt64),
  ADD COLUMN IF NOT EXISTS largest_contentful_paint_load_time Nullable(UInt64),
  ADD COLUMN IF NOT EXISTS largest_contentful_paint_render_delay Nullable(UInt64),
  ADD COLUMN IF NOT EXISTS cumulative_layout_shift_time Nullable(UInt64),
  ADD COLUMN IF NOT EXISTS cumulative_layout_shift_load_state LowCardinality(String),
  ADD COLUMN IF NOT EXISTS interaction_to_next_paint_time Nullable(UInt64),
  ADD COLUMN IF NOT EXISTS interaction_to_next_paint_input_delay Nullable(UInt64),
  ADD COLUMN IF NOT EXISTS interaction_to_next_paint_processing_duration Nullable(UInt64),
  ADD COLUMN IF NOT EXISTS interaction_to_next_paint_presentation_delay Nullable(UInt64),
  ADD COLUMN IF NOT EXISTS interaction_to_next_paint_load_state LowCardinality(String),
  ADD COLUMN IF NOT EXISTS vitals_definition LowCardinality(String),
  ADD COLUMN IF NOT EXISTS feature_flags String CODEC(ZSTD(3)),
  ADD COLUMN IF NOT EXISTS sdk_time Nullable(UInt64),
  ADD COLUMN IF NOT EXISTS sdk_sent_bytes Nullable(UInt64),
  ADD COLUMN IF NOT EXISTS sdk_dropped String CODEC(ZSTD(3));

ALTER TABLE actions
  ADD COLUMN IF NOT EXISTS account_id String AFTER user_email,
  ADD COLUMN IF NOT EXISTS account_name String AFTER account_id,
  ADD COLUMN IF NOT EXISTS action_position String CODEC(ZSTD(3)),
  ADD COLUMN IF NOT EXISTS action_frustration_types String CODEC(ZSTD(3)),
  ADD COLUMN IF NOT EXISTS action_click_count Nullable(UInt32),
  ADD COLUMN IF NOT EXISTS action_error_count Nullable(UInt32),
  ADD COLUMN IF NOT EXISTS action_resource_count Nullable(UInt32),
  ADD COLUMN IF NOT EXISTS action_long_task_count Nullable(UInt32);

ALTER TABLE errors
  ADD COLUMN IF NOT EXISTS account_id String AFTER user_email,
  ADD COLUMN IF NOT EXISTS account_name String AFTER account_id,
  ADD COLUMN IF NOT EXISTS error_fingerprint String,
  ADD COLUMN IF NOT EXISTS error_component_stack String CODEC(ZSTD(3)),
  ADD COLUMN IF NOT EXISTS error_debug_ids String CODEC(ZSTD(3)),
  ADD COLUMN IF NOT EXISTS action_id String,
  ADD COLUMN IF NOT EXISTS feature_flags String CODEC(ZSTD(3)),
  ADD COLUMN IF NOT EXISTS error_frames String CODEC(ZSTD(3));

ALTER TABLE resources
  ADD COLUMN IF NOT EXISTS account_id String AFTER user_email,
  ADD COLUMN IF NOT EXISTS account_name String AFTER account_id,
  ADD COLUMN IF NOT EXISTS resource_initiator LowCardinality(String),
  ADD COLUMN IF NOT EXISTS resource_error LowCardinality(String),
  ADD COLUMN IF NOT EXISTS resource_worker Nullable(UInt64),
  ADD COLUMN IF NOT EXISTS resource_graphql_operation String,
  ADD COLUMN IF NOT EXISTS resource_graphql_type LowCardinality(String),
  ADD COLUMN IF NOT EXISTS connection_messages_received Nullable(UInt32),
  ADD COLUMN IF NOT EXISTS connection_messages_sent Nullable(UInt32),
  ADD COLUMN IF NOT EXISTS connection_bytes_received Nullable(UInt64),
  ADD COLUMN IF NOT EXISTS connection_bytes_sent Nullable(UInt64),
  ADD COLUMN IF NOT EXISTS connection_close_code Nullable(UInt32),
  ADD COLUMN IF NOT EXISTS trace_id String,
  ADD COLUMN IF NOT EXISTS span_id String,
  ADD COLUMN IF NOT EXISTS action_id String;

ALTER TABLE long_tasks
  ADD COLUMN IF NOT EXISTS account_id String AFTER user_email,
  ADD COLUMN IF NOT EXISTS account_name String AFTER account_id,
  ADD COLUMN IF NOT EXISTS render_start Nullable(UInt64),
  ADD COLUMN IF NOT EXISTS style_and_layout_start Nullable(UInt64),
  ADD COLUMN IF NOT EXISTS first_ui_event Nullable(UInt64),
  ADD COLUMN IF NOT EXISTS action_id String;

ALTER TABLE vitals
  ADD COLUMN IF NOT EXISTS account_id String AFTER user_email,
  ADD COLUMN IF NOT EXISTS account_name String AFTER account_id,
  ADD COLUMN IF NOT EXISTS action_id String;
