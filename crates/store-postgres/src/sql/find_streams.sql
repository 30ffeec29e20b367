-- find_streams.sql: numbers and last revisions of the streams that there are.
SELECT streams.category, streams.id, streams.stream_no,
       (SELECT revision FROM waymark.events WHERE events.stream_no = streams.stream_no
        ORDER BY revision DESC LIMIT 1)
FROM unnest($1::smallint[], $2::uuid[]) AS asked (category, id)
JOIN waymark.streams USING (category, id);
