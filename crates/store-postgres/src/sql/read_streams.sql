-- read_streams.sql: whole streams as of one moment, each with its place among those asked.
SELECT position, stream_no, stream_id, revision, event_id, kind_no, version, occurred,
       occurred_is_day, entered, recorded_at, meta, payload, key_id, sealed, asked.place
FROM unnest($1::smallint[], $2::uuid[]) WITH ORDINALITY AS asked (category, id, place)
JOIN waymark.streams USING (category, id)
JOIN waymark.events USING (stream_no);
