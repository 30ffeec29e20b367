-- find_scan_end.sql: the stream of the event after $4 others in a range of streams, up to $3.
SELECT stream_no FROM waymark.events
WHERE stream_no > $1 AND stream_no <= $2 AND position <= $3
ORDER BY stream_no, revision OFFSET $4 LIMIT 1;
