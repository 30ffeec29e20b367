-- insert_stream.sql: a stream that begins; its number follows the last of its category.
INSERT INTO streams (stream_no, category, id) VALUES (?1, ?2, ?3);
