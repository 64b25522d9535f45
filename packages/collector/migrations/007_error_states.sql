-- What people decided about groups of errors. The newest word on a group counts.
CREATE TABLE IF NOT EXISTS error_states
(
  application_id LowCardinality(String),
  error_fingerprint String,
  state LowCardinality(String),
  release String,
  changed_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(changed_at)
ORDER BY (application_id, error_fingerprint)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;
