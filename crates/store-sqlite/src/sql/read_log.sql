-- read_log.sql: the log after a position, no more than ?2.
SELECT position, stream_no, revision, event_id, kind_no, version, occurred, occurred_is_day, entered,
       recorded_at, meta, payload, key_id, sealed
FROM events WHERE position > ?1 ORDER BY position LIMIT ?2;
