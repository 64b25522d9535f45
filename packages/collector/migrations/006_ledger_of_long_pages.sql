-- An account of a page is kept as long as events of it may be: these go by their own date, and a page may have begun 366 days
-- before it tells of one.

ALTER TABLE ledger MODIFY TTL toDateTime(page_started_at) + INTERVAL 456 DAY SETTINGS materialize_ttl_after_modify = 0;
