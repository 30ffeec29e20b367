-- insert_events.sql: a group of events at positions and revisions the writer has counted.
INSERT INTO waymark.events (position, log_bytes, stream_no, stream_id, revision, event_id, kind_no,
                            version, occurred, occurred_is_day, entered, recorded_at, meta, payload,
                            key_id, sealed)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::uuid[], $5::bigint[], $6::uuid[],
                     $7::integer[], $8::integer[], $9::bigint[], $10::boolean[], $11::bigint[],
                     $12::bigint[], $13::bytea[], $14::bytea[], $15::uuid[], $16::bytea[]);
