-- find_event.sql: the event that has this id.
SELECT position, stream_no, revision, event_id, kind_no, version, occurred, occurred_is_day, entered,
       recorded_at, meta, payload, key_id, sealed
FROM events WHERE event_id = ?1;
