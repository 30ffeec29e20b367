-- read_stream.sql: one stream from a revision on and before another.
SELECT position, stream_no, stream_id, revision, event_id, kind_no, version, occurred,
       occurred_is_day, entered, recorded_at, meta, payload, key_id, sealed
FROM waymark.events
WHERE stream_no = (SELECT stream_no FROM waymark.streams WHERE category = $1 AND id = $2)
  AND revision >= $3 AND revision < $4
ORDER BY stream_no, revision;
