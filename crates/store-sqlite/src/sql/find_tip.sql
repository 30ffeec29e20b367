-- find_tip.sql: the end of the log.
SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1;
