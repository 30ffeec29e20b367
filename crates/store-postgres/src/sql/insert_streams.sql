-- insert_streams.sql: streams that begin.
INSERT INTO waymark.streams (stream_no, category, id)
SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::uuid[]);
