-- find_event.sql: the event at this position.
SELECT position, stream_no, revision, event_id, kind_no, version, occurred, occurred_is_day, entered,
       recorded_at, meta, payload, key_id, sealed
FROM events WHERE position = ?1;
