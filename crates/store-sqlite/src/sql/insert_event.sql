-- insert_event.sql: one event at a position and revision the writer has counted.
INSERT INTO events (position, stream_no, revision, event_id, kind_no, version, occurred,
                    occurred_is_day, entered, recorded_at, meta, payload, key_id, sealed)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14);
