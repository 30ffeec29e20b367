-- read_log.sql: the log after $1 up to $2, as many whole events as weigh $3 bytes and at least one.
-- Positions are dense, so the bounds are a number of events; a LIMIT would walk on past the last
-- that fits.
SELECT position, stream_no, stream_id, revision, event_id, kind_no, version, occurred,
       occurred_is_day, entered, recorded_at, meta, payload, key_id, sealed
FROM waymark.events
WHERE position > $1 AND position <= $2
  AND (position - 1 = $1
       OR log_bytes - $3 <= coalesce((SELECT log_bytes FROM waymark.events WHERE position = $1), 0))
ORDER BY position;
