-- scan_streams.sql: a range of streams, each whole up to a position. The plus keeps the planner from
-- walking the log and sorting; the index holds the position, so rows past the cut are never fetched.
SELECT position, stream_no, revision, event_id, kind_no, version, occurred, occurred_is_day, entered,
       recorded_at, meta, payload, key_id, sealed
FROM events INDEXED BY events_by_stream
WHERE stream_no > ?1 AND stream_no <= ?2 AND +position <= ?3 ORDER BY stream_no, revision;
