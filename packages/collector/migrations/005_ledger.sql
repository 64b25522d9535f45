-- What became of a page's event numbers: those that are here, those that were refused, and the highest that its beacons told
-- of. Sets and a maximum, so that neither repetition nor order nor merging changes what a reader sees. A view's numbers are
-- all here, also those of versions that a newer one has replaced.

CREATE TABLE IF NOT EXISTS ledger
(
  application_id LowCardinality(String),
  page_id String,
  page_started_at DateTime64(3, 'UTC'),
  session_id String,
  session_type LowCardinality(String),
  -- UTC, of the event.
  day Date,
  -- Why they were refused; empty for what is here.
  reason LowCardinality(String),
  -- 1 when they came in a beacon that was made noticeably earlier than it was sent.
  late UInt8,
  claimed SimpleAggregateFunction(max, UInt32),
  seqs SimpleAggregateFunction(groupUniqArrayArray, Array(UInt32)),
  INDEX by_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX by_day day TYPE minmax GRANULARITY 1
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(page_started_at)
ORDER BY (application_id, page_id, session_id, session_type, day, reason, late)
TTL toDateTime(page_started_at) + INTERVAL 90 DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;
