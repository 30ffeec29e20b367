-- read_stream.sql: one stream from a revision on, no more than ?3.
SELECT position, stream_no, revision, event_id, kind_no, version, occurred, occurred_is_day, entered,
       recorded_at, meta, payload, key_id, sealed
FROM events INDEXED BY events_by_stream
WHERE stream_no = ?1 AND revision >= ?2 ORDER BY revision LIMIT ?3;
