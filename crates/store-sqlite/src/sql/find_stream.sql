-- find_stream.sql: a stream's number and last revision.
SELECT stream_no, (SELECT max(revision) FROM events WHERE events.stream_no = streams.stream_no)
FROM streams WHERE category = ?1 AND id = ?2;
