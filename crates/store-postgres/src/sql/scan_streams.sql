-- scan_streams.sql: a range of streams, each whole up to a position.
SELECT position, stream_no, stream_id, revision, event_id, kind_no, version, occurred,
       occurred_is_day, entered, recorded_at, meta, payload, key_id, sealed
FROM waymark.events
WHERE stream_no > $1 AND stream_no <= $2 AND position <= $3
ORDER BY stream_no, revision;
