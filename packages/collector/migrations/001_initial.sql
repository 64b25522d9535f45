-- One table a type of event, the totals of a page's sessions, and sessions as a view over them.
--
-- Whatever arrives twice is one row for a reader: events by (application_id, page_id, seq), views by (application_id,
-- view_id) with the highest document_version. A partition follows from the page's start, which is part of the
-- identity, so that a retry lands where the first try did.
--
-- Durations are nanoseconds, sizes bytes. An absent number is NULL, an absent text is empty. Objects and lists are JSON.
-- fsync: rows leave the collector's log once they are here.

CREATE TABLE IF NOT EXISTS views
(
  application_id LowCardinality(String),
  page_id String,
  page_started_at DateTime64(3, 'UTC'),
  seq UInt32,
  date DateTime64(3, 'UTC'),
  received_at DateTime64(3, 'UTC'),
  session_id String,
  session_type LowCardinality(String),
  tab_id String,
  service LowCardinality(String),
  env LowCardinality(String),
  version LowCardinality(String),
  sdk_name LowCardinality(String),
  sdk_version LowCardinality(String),
  user_id String,
  user_name String,
  user_email String,
  view_id String,
  view_url String CODEC(ZSTD(3)),
  view_host LowCardinality(String),
  view_path String CODEC(ZSTD(3)),
  view_path_group String,
  view_url_query String CODEC(ZSTD(3)),
  view_name String,
  view_referrer String CODEC(ZSTD(3)),
  ip String,
  country LowCardinality(String),
  browser LowCardinality(String),
  browser_version LowCardinality(String),
  os LowCardinality(String),
  os_version LowCardinality(String),
  device LowCardinality(String),
  bot Bool,
  screen_size LowCardinality(String),
  time_zone LowCardinality(String),
  language LowCardinality(String),
  network_type LowCardinality(String),
  context String CODEC(ZSTD(3)),
  document_version UInt32,
  view_loading_type LowCardinality(String),
  is_active Bool,
  time_spent UInt64,
  view_error_count UInt32,
  view_resource_count UInt32,
  view_action_count UInt32,
  view_long_task_count UInt32,
  loading_time Nullable(UInt64),
  first_byte Nullable(UInt64),
  dom_interactive Nullable(UInt64),
  dom_content_loaded Nullable(UInt64),
  dom_complete Nullable(UInt64),
  load_event Nullable(UInt64),
  first_contentful_paint Nullable(UInt64),
  largest_contentful_paint Nullable(UInt64),
  largest_contentful_paint_element_selector String,
  largest_contentful_paint_url String CODEC(ZSTD(3)),
  cumulative_layout_shift Nullable(Float64),
  cumulative_layout_shift_target_selector String,
  interaction_to_next_paint Nullable(UInt64),
  interaction_to_next_paint_target_selector String,
  interaction_to_next_paint_type LowCardinality(String),
  custom_timings String CODEC(ZSTD(3)),
  INDEX by_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX by_date date TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(document_version)
PARTITION BY toYYYYMM(page_started_at)
ORDER BY (application_id, view_id)
TTL toDateTime(date) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS actions
(
  application_id LowCardinality(String),
  page_id String,
  page_started_at DateTime64(3, 'UTC'),
  seq UInt32,
  date DateTime64(3, 'UTC'),
  received_at DateTime64(3, 'UTC'),
  session_id String,
  session_type LowCardinality(String),
  tab_id String,
  service LowCardinality(String),
  env LowCardinality(String),
  version LowCardinality(String),
  sdk_name LowCardinality(String),
  sdk_version LowCardinality(String),
  user_id String,
  user_name String,
  user_email String,
  view_id String,
  view_url String CODEC(ZSTD(3)),
  view_host LowCardinality(String),
  view_path String CODEC(ZSTD(3)),
  view_path_group String,
  view_url_query String CODEC(ZSTD(3)),
  view_name String,
  view_referrer String CODEC(ZSTD(3)),
  ip String,
  country LowCardinality(String),
  browser LowCardinality(String),
  browser_version LowCardinality(String),
  os LowCardinality(String),
  os_version LowCardinality(String),
  device LowCardinality(String),
  bot Bool,
  screen_size LowCardinality(String),
  time_zone LowCardinality(String),
  language LowCardinality(String),
  network_type LowCardinality(String),
  context String CODEC(ZSTD(3)),
  action_id String,
  action_type LowCardinality(String),
  action_name String,
  action_target String,
  duration Nullable(UInt64),
  INDEX by_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX by_date date TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(received_at)
PARTITION BY toYYYYMM(page_started_at)
ORDER BY (application_id, page_id, seq)
TTL toDateTime(date) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS errors
(
  application_id LowCardinality(String),
  page_id String,
  page_started_at DateTime64(3, 'UTC'),
  seq UInt32,
  date DateTime64(3, 'UTC'),
  received_at DateTime64(3, 'UTC'),
  session_id String,
  session_type LowCardinality(String),
  tab_id String,
  service LowCardinality(String),
  env LowCardinality(String),
  version LowCardinality(String),
  sdk_name LowCardinality(String),
  sdk_version LowCardinality(String),
  user_id String,
  user_name String,
  user_email String,
  view_id String,
  view_url String CODEC(ZSTD(3)),
  view_host LowCardinality(String),
  view_path String CODEC(ZSTD(3)),
  view_path_group String,
  view_url_query String CODEC(ZSTD(3)),
  view_name String,
  view_referrer String CODEC(ZSTD(3)),
  ip String,
  country LowCardinality(String),
  browser LowCardinality(String),
  browser_version LowCardinality(String),
  os LowCardinality(String),
  os_version LowCardinality(String),
  device LowCardinality(String),
  bot Bool,
  screen_size LowCardinality(String),
  time_zone LowCardinality(String),
  language LowCardinality(String),
  network_type LowCardinality(String),
  context String CODEC(ZSTD(3)),
  error_message String CODEC(ZSTD(3)),
  error_type String,
  error_source LowCardinality(String),
  error_handling LowCardinality(String),
  error_stack String CODEC(ZSTD(3)),
  error_causes String CODEC(ZSTD(3)),
  INDEX by_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX by_date date TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(received_at)
PARTITION BY toYYYYMM(page_started_at)
ORDER BY (application_id, page_id, seq)
TTL toDateTime(date) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS resources
(
  application_id LowCardinality(String),
  page_id String,
  page_started_at DateTime64(3, 'UTC'),
  seq UInt32,
  date DateTime64(3, 'UTC'),
  received_at DateTime64(3, 'UTC'),
  session_id String,
  session_type LowCardinality(String),
  tab_id String,
  service LowCardinality(String),
  env LowCardinality(String),
  version LowCardinality(String),
  sdk_name LowCardinality(String),
  sdk_version LowCardinality(String),
  user_id String,
  user_name String,
  user_email String,
  view_id String,
  view_url String CODEC(ZSTD(3)),
  view_host LowCardinality(String),
  view_path String CODEC(ZSTD(3)),
  view_path_group String,
  view_url_query String CODEC(ZSTD(3)),
  view_name String,
  view_referrer String CODEC(ZSTD(3)),
  ip String,
  country LowCardinality(String),
  browser LowCardinality(String),
  browser_version LowCardinality(String),
  os LowCardinality(String),
  os_version LowCardinality(String),
  device LowCardinality(String),
  bot Bool,
  screen_size LowCardinality(String),
  time_zone LowCardinality(String),
  language LowCardinality(String),
  network_type LowCardinality(String),
  context String CODEC(ZSTD(3)),
  resource_url String CODEC(ZSTD(3)),
  resource_type LowCardinality(String),
  duration Nullable(UInt64),
  resource_method LowCardinality(String),
  resource_status Nullable(UInt32),
  resource_protocol LowCardinality(String),
  resource_delivery_type LowCardinality(String),
  resource_render_blocking_status LowCardinality(String),
  resource_transfer_size Nullable(UInt64),
  resource_encode_size Nullable(UInt64),
  resource_decode_size Nullable(UInt64),
  resource_redirect Nullable(UInt64),
  resource_dns Nullable(UInt64),
  resource_tcp Nullable(UInt64),
  resource_ssl Nullable(UInt64),
  resource_ttfb Nullable(UInt64),
  resource_trans Nullable(UInt64),
  resource_host LowCardinality(String),
  resource_path String CODEC(ZSTD(3)),
  resource_path_group String,
  resource_url_query String CODEC(ZSTD(3)),
  resource_status_group LowCardinality(String),
  INDEX by_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX by_date date TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(received_at)
PARTITION BY toYYYYMM(page_started_at)
ORDER BY (application_id, page_id, seq)
TTL toDateTime(date) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS long_tasks
(
  application_id LowCardinality(String),
  page_id String,
  page_started_at DateTime64(3, 'UTC'),
  seq UInt32,
  date DateTime64(3, 'UTC'),
  received_at DateTime64(3, 'UTC'),
  session_id String,
  session_type LowCardinality(String),
  tab_id String,
  service LowCardinality(String),
  env LowCardinality(String),
  version LowCardinality(String),
  sdk_name LowCardinality(String),
  sdk_version LowCardinality(String),
  user_id String,
  user_name String,
  user_email String,
  view_id String,
  view_url String CODEC(ZSTD(3)),
  view_host LowCardinality(String),
  view_path String CODEC(ZSTD(3)),
  view_path_group String,
  view_url_query String CODEC(ZSTD(3)),
  view_name String,
  view_referrer String CODEC(ZSTD(3)),
  ip String,
  country LowCardinality(String),
  browser LowCardinality(String),
  browser_version LowCardinality(String),
  os LowCardinality(String),
  os_version LowCardinality(String),
  device LowCardinality(String),
  bot Bool,
  screen_size LowCardinality(String),
  time_zone LowCardinality(String),
  language LowCardinality(String),
  network_type LowCardinality(String),
  context String CODEC(ZSTD(3)),
  duration UInt64,
  long_task_entry_type LowCardinality(String),
  blocking_duration Nullable(UInt64),
  scripts String CODEC(ZSTD(3)),
  INDEX by_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX by_date date TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(received_at)
PARTITION BY toYYYYMM(page_started_at)
ORDER BY (application_id, page_id, seq)
TTL toDateTime(date) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS vitals
(
  application_id LowCardinality(String),
  page_id String,
  page_started_at DateTime64(3, 'UTC'),
  seq UInt32,
  date DateTime64(3, 'UTC'),
  received_at DateTime64(3, 'UTC'),
  session_id String,
  session_type LowCardinality(String),
  tab_id String,
  service LowCardinality(String),
  env LowCardinality(String),
  version LowCardinality(String),
  sdk_name LowCardinality(String),
  sdk_version LowCardinality(String),
  user_id String,
  user_name String,
  user_email String,
  view_id String,
  view_url String CODEC(ZSTD(3)),
  view_host LowCardinality(String),
  view_path String CODEC(ZSTD(3)),
  view_path_group String,
  view_url_query String CODEC(ZSTD(3)),
  view_name String,
  view_referrer String CODEC(ZSTD(3)),
  ip String,
  country LowCardinality(String),
  browser LowCardinality(String),
  browser_version LowCardinality(String),
  os LowCardinality(String),
  os_version LowCardinality(String),
  device LowCardinality(String),
  bot Bool,
  screen_size LowCardinality(String),
  time_zone LowCardinality(String),
  language LowCardinality(String),
  network_type LowCardinality(String),
  context String CODEC(ZSTD(3)),
  vital_name String,
  duration Nullable(UInt64),
  vital_value Nullable(Float64),
  INDEX by_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX by_date date TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(received_at)
PARTITION BY toYYYYMM(page_started_at)
ORDER BY (application_id, page_id, seq)
TTL toDateTime(date) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- One page's share of a session. Every beacon adds a row; all columns combine by min or max, so that neither repetition
-- nor order nor merging changes what a reader sees. Tuples compare by their first part, a time: the smallest is the
-- first view, the largest the last.
CREATE TABLE IF NOT EXISTS session_pages
(
  application_id LowCardinality(String),
  session_id String,
  page_id String,
  page_started_at DateTime64(3, 'UTC'),
  received_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
  created_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
  active_until_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
  synthetics SimpleAggregateFunction(max, UInt8),
  has_replay SimpleAggregateFunction(max, UInt8),
  confirmed SimpleAggregateFunction(max, UInt8),
  bot SimpleAggregateFunction(max, UInt8),
  sample_rate SimpleAggregateFunction(max, Float64),
  synthetics_test_id SimpleAggregateFunction(max, String),
  synthetics_result_id SimpleAggregateFunction(max, String),
  view_count SimpleAggregateFunction(max, UInt32),
  error_count SimpleAggregateFunction(max, UInt32),
  resource_count SimpleAggregateFunction(max, UInt32),
  action_count SimpleAggregateFunction(max, UInt32),
  long_task_count SimpleAggregateFunction(max, UInt32),
  -- referrer is the session's, of the page with this first view.
  first_view SimpleAggregateFunction(min, Tuple(started_at DateTime64(3, 'UTC'), id String, url String, host String, path String, path_group String, url_query String, name String, referrer String)),
  last_view SimpleAggregateFunction(max, Tuple(started_at DateTime64(3, 'UTC'), id String, url String, host String, path String, path_group String, url_query String, name String, referrer String)),
  client SimpleAggregateFunction(max, Tuple(at DateTime64(3, 'UTC'), ip String, country String, browser String, browser_version String, os String, os_version String, device String)),
  user SimpleAggregateFunction(max, Tuple(at DateTime64(3, 'UTC'), id String, name String, email String)),
  service SimpleAggregateFunction(max, String),
  env SimpleAggregateFunction(max, String),
  version SimpleAggregateFunction(max, String),
  INDEX by_created created_at TYPE minmax GRANULARITY 1
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(page_started_at)
ORDER BY (application_id, session_id, page_id)
TTL toDateTime(page_started_at) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Sessions, over all their pages. First and last view are by view start; counts are sums of the pages' totals; a session
-- lasts from its creation to the last moment a page saw it lived in, at most 4 hours.
CREATE VIEW IF NOT EXISTS sessions AS
SELECT
  application_id,
  session_id,
  if(synthetics = 1, 'synthetics', 'user') AS session_type,
  tupleElement(first_view, 'referrer') AS session_referrer,
  tupleElement(first_view, 'id') AS session_first_view_id,
  tupleElement(first_view, 'url') AS session_first_view_url,
  tupleElement(first_view, 'host') AS session_first_view_host,
  tupleElement(first_view, 'path') AS session_first_view_path,
  tupleElement(first_view, 'path_group') AS session_first_view_path_group,
  tupleElement(first_view, 'url_query') AS session_first_view_url_query,
  tupleElement(last_view, 'id') AS session_last_view_id,
  tupleElement(last_view, 'url') AS session_last_view_url,
  tupleElement(last_view, 'host') AS session_last_view_host,
  tupleElement(last_view, 'path') AS session_last_view_path,
  tupleElement(last_view, 'path_group') AS session_last_view_path_group,
  tupleElement(last_view, 'url_query') AS session_last_view_url_query,
  toBool(has_replay) AS session_has_replay,
  toUInt64(least(greatest(dateDiff('millisecond', created_at, active_until_at), 0), 14400000)) * 1000000 AS time_spent,
  view_count AS session_view_count,
  error_count AS session_error_count,
  resource_count AS session_resource_count,
  action_count AS session_action_count,
  long_task_count AS session_long_task_count,
  created_at AS date,
  tupleElement(user, 'id') AS user_id,
  tupleElement(client, 'ip') AS ip,
  tupleElement(client, 'browser') AS browser,
  tupleElement(client, 'browser_version') AS browser_version,
  tupleElement(client, 'os') AS os,
  tupleElement(client, 'os_version') AS os_version,
  tupleElement(client, 'device') AS device,
  tupleElement(client, 'country') AS country
FROM
(
  SELECT
    application_id,
    session_id,
    min(page.created_at) AS created_at,
    max(page.active_until_at) AS active_until_at,
    max(page.synthetics) AS synthetics,
    max(page.has_replay) AS has_replay,
    sum(page.view_count) AS view_count,
    sum(page.error_count) AS error_count,
    sum(page.resource_count) AS resource_count,
    sum(page.action_count) AS action_count,
    sum(page.long_task_count) AS long_task_count,
    min(page.first_view) AS first_view,
    max(page.last_view) AS last_view,
    max(page.client) AS client,
    max(page.user) AS user
  FROM
  (
    SELECT
      application_id,
      session_id,
      page_id,
      min(created_at) AS created_at,
      max(active_until_at) AS active_until_at,
      max(synthetics) AS synthetics,
      max(has_replay) AS has_replay,
      max(view_count) AS view_count,
      max(error_count) AS error_count,
      max(resource_count) AS resource_count,
      max(action_count) AS action_count,
      max(long_task_count) AS long_task_count,
      min(first_view) AS first_view,
      max(last_view) AS last_view,
      max(client) AS client,
      max(user) AS user
    FROM session_pages
    GROUP BY application_id, session_id, page_id
  ) AS page
  GROUP BY application_id, session_id
);
