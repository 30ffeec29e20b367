-- insert_stream_id.sql: how a stream that begins is found.
INSERT INTO recent_stream_ids (id, category, stream_no) VALUES (?3, ?2, ?1);
