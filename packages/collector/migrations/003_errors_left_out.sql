-- How many errors a page left out before one, since it had more than it may report.

ALTER TABLE errors ADD COLUMN IF NOT EXISTS error_dropped_count Nullable(UInt32);
