-- The anonymous id of a browser, where an application asks for one.
ALTER TABLE views ADD COLUMN IF NOT EXISTS visitor_id String AFTER user_id;
ALTER TABLE actions ADD COLUMN IF NOT EXISTS visitor_id String AFTER user_id;
ALTER TABLE errors ADD COLUMN IF NOT EXISTS visitor_id String AFTER user_id;
ALTER TABLE resources ADD COLUMN IF NOT EXISTS visitor_id String AFTER user_id;
ALTER TABLE long_tasks ADD COLUMN IF NOT EXISTS visitor_id String AFTER user_id;
ALTER TABLE vitals ADD COLUMN IF NOT EXISTS visitor_id String AFTER user_id;

-- Under which rates a session was taken, and whether only an error brought it in: what a figure has to be weighted by.
ALTER TABLE session_pages ADD COLUMN IF NOT EXISTS on_error_sample_rate SimpleAggregateFunction(max, Float64) AFTER sample_rate;
ALTER TABLE session_pages ADD COLUMN IF NOT EXISTS sampled_for_error_session SimpleAggregateFunction(max, UInt8) AFTER on_error_sample_rate;
