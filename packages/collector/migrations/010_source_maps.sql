-- Maps from built files to their sources, as they were uploaded. The same one again replaces itself.
CREATE TABLE IF NOT EXISTS source_maps
(
  application_id LowCardinality(String),
  release String,
  debug_id String,
  -- Path of the built file, such as assets/app.js.
  file String,
  bytes UInt64,
  uploaded_at DateTime64(3, 'UTC'),
  content String CODEC(ZSTD(6))
)
ENGINE = ReplacingMergeTree(uploaded_at)
ORDER BY (application_id, release, debug_id, file)
TTL toDateTime(uploaded_at) + INTERVAL 365 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;
