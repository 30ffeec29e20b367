-- find_events.sql: the events that have these ids.
SELECT position, stream_no, stream_id, revision, event_id, kind_no, version, occurred,
       occurred_is_day, entered, recorded_at, meta, payload, key_id, sealed
FROM waymark.events WHERE event_id = ANY ($1);
