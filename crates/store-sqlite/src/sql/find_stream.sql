-- find_stream.sql: a stream's number and last revision.
SELECT stream_no, (SELECT max(revision) FROM events WHERE events.stream_no = known.stream_no)
FROM stream_ids AS known WHERE id = ?2 AND category = ?1
UNION ALL
SELECT stream_no, (SELECT max(revision) FROM events WHERE events.stream_no = recent.stream_no)
FROM recent_stream_ids AS recent WHERE id = ?2 AND category = ?1
LIMIT 1;
