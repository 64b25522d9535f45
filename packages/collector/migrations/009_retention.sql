-- How long an application's rows are kept. Each row carries the days that were configured when it came, so a change holds for what
-- comes from then on. Rows from before keep the 90 days that were the same for all.

ALTER TABLE views ADD COLUMN IF NOT EXISTS retention_days UInt16 DEFAULT 90;
ALTER TABLE actions ADD COLUMN IF NOT EXISTS retention_days UInt16 DEFAULT 90;
ALTER TABLE errors ADD COLUMN IF NOT EXISTS retention_days UInt16 DEFAULT 90;
ALTER TABLE resources ADD COLUMN IF NOT EXISTS retention_days UInt16 DEFAULT 90;
ALTER TABLE long_tasks ADD COLUMN IF NOT EXISTS retention_days UInt16 DEFAULT 90;
ALTER TABLE vitals ADD COLUMN IF NOT EXISTS retention_days UInt16 DEFAULT 90;
ALTER TABLE session_pages ADD COLUMN IF NOT EXISTS retention_days SimpleAggregateFunction(max, UInt16) DEFAULT 90;
ALTER TABLE ledger ADD COLUMN IF NOT EXISTS retention_days SimpleAggregateFunction(max, UInt16) DEFAULT 90;

ALTER TABLE views
  MODIFY TTL toDateTime(date) + toIntervalDay(retention_days) SETTINGS materialize_ttl_after_modify = 0;
ALTER TABLE actions
  MODIFY TTL toDateTime(date) + toIntervalDay(retention_days) SETTINGS materialize_ttl_after_modify = 0;
ALTER TABLE errors
  MODIFY TTL toDateTime(date) + toIntervalDay(retention_days) SETTINGS materialize_ttl_after_modify = 0;
ALTER TABLE resources
  MODIFY TTL toDateTime(date) + toIntervalDay(retention_days) SETTINGS materialize_ttl_after_modify = 0;
ALTER TABLE long_tasks
  MODIFY TTL toDateTime(date) + toIntervalDay(retention_days) SETTINGS materialize_ttl_after_modify = 0;
ALTER TABLE vitals
  MODIFY TTL toDateTime(date) + toIntervalDay(retention_days) SETTINGS materialize_ttl_after_modify = 0;
-- A session is kept as long as its last events: a page may have begun long before.
ALTER TABLE session_pages
  MODIFY TTL toDateTime(active_until_at) + toIntervalDay(retention_days) SETTINGS materialize_ttl_after_modify = 0;
-- The account of a page, see the migration of long pages.
ALTER TABLE ledger
  MODIFY TTL toDateTime(page_started_at) + toIntervalDay(366 + retention_days) SETTINGS materialize_ttl_after_modify = 0;
