-- find_stream_number.sql: a stream's number, looked for among the newest last.
SELECT stream_no FROM stream_ids WHERE id = ?2 AND category = ?1
UNION ALL
SELECT stream_no FROM recent_stream_ids WHERE id = ?2 AND category = ?1
LIMIT 1;
