-- find_last_stream.sql: the highest number in a category's range.
SELECT max(stream_no) FROM streams WHERE stream_no BETWEEN ?1 AND ?2;
