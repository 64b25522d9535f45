-- What servers know, as opposed to what pages say: connections of the session monitor, events of the session registry, and whose
-- sessions of the browser are. Only the intake for servers writes these, and it writes nothing else.

-- A connection in its newest state. It is ordered by its identity alone, which is all that never changes of it.
CREATE TABLE IF NOT EXISTS connections
(
  application_id LowCardinality(String),
  connection_id String,
  instance_id String,
  -- Of the state, in epoch ms: the newest replaces the others.
  version UInt64,
  received_at DateTime64(3, 'UTC'),
  transport LowCardinality(String),
  created_at DateTime64(3, 'UTC'),
  login_at Nullable(DateTime64(3, 'UTC')),
  last_activity_at DateTime64(3, 'UTC'),
  logout_at Nullable(DateTime64(3, 'UTC')),
  closed_at Nullable(DateTime64(3, 'UTC')),
  close_reason LowCardinality(String),
  user_id String,
  -- Of the browser's session, where its cookie came with the connection.
  session_id String,
  host String,
  ip String,
  country LowCardinality(String),
  browser LowCardinality(String),
  browser_version String,
  os LowCardinality(String),
  os_version String,
  device LowCardinality(String),
  device_vendor LowCardinality(String),
  device_model String,
  app LowCardinality(String),
  app_version String,
  bot Bool,
  synthetic Bool,
  impersonated Bool,
  retention_days UInt16
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (application_id, connection_id)
TTL toDateTime(last_activity_at) + toIntervalDay(retention_days)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- One thing that happened to a user's sign-ins. The same one again replaces itself.
CREATE TABLE IF NOT EXISTS sign_ins
(
  application_id LowCardinality(String),
  date DateTime64(3, 'UTC'),
  event_id String,
  received_at DateTime64(3, 'UTC'),
  type LowCardinality(String),
  reason LowCardinality(String),
  user_id String,
  -- Names the sign-in within this table, and nothing elsewhere.
  sign_in String,
  kind LowCardinality(String),
  actor_id String,
  auth_method LowCardinality(String),
  flags Array(LowCardinality(String)),
  host String,
  ip String,
  country LowCardinality(String),
  browser LowCardinality(String),
  browser_version String,
  os LowCardinality(String),
  os_version String,
  device LowCardinality(String),
  device_vendor LowCardinality(String),
  device_model String,
  app LowCardinality(String),
  app_version String,
  retention_days UInt16
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(date)
ORDER BY (application_id, date, event_id)
TTL toDateTime(date) + toIntervalDay(retention_days)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Who a session of the browser was, as a server that had signed the user in said. A session that changes hands has several.
CREATE TABLE IF NOT EXISTS session_users
(
  application_id LowCardinality(String),
  session_id String,
  user_id String,
  first_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
  last_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
  retention_days SimpleAggregateFunction(max, UInt16)
)
ENGINE = AggregatingMergeTree
ORDER BY (application_id, session_id, user_id)
TTL toDateTime(last_at) + toIntervalDay(retention_days)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;
