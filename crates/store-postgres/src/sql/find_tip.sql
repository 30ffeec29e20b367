-- find_tip.sql: the end of the log.
SELECT position, recorded_at, log_bytes FROM waymark.events ORDER BY position DESC LIMIT 1;
