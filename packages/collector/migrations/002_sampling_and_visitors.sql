-- Sessions that only an error brought in, and the anonymous id of a browser where the application asked for one.

ALTER TABLE views ADD COLUMN IF NOT EXISTS visitor_id String AFTER user_id;
ALTER TABLE actions ADD COLUMN IF NOT EXISTS visitor_id String AFTER user_id;
ALTER TABLE errors ADD COLUMN IF NOT EXISTS visitor_id String AFTER user_id;
ALTER TABLE resources ADD COLUMN IF NOT EXISTS visitor_id String AFTER user_id;
ALTER TABLE long_tasks ADD COLUMN IF NOT EXISTS visitor_id String AFTER user_id;
ALTER TABLE vitals ADD COLUMN IF NOT EXISTS visitor_id String AFTER user_id;
ALTER TABLE session_pages ADD COLUMN IF NOT EXISTS visitor_id SimpleAggregateFunction(max, String);
ALTER TABLE session_pages ADD COLUMN IF NOT EXISTS on_error_sample_rate SimpleAggregateFunction(max, Float64);
ALTER TABLE session_pages ADD COLUMN IF NOT EXISTS sampled_for_error_session SimpleAggregateFunction(max, UInt8);
