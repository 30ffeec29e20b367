-- find_last_streams.sql: the highest number in the range of each category, none where it is empty.
SELECT asked.category,
       (SELECT max(stream_no) FROM waymark.streams
        WHERE stream_no > asked.before AND stream_no <= asked.last)
FROM unnest($1::smallint[], $2::bigint[], $3::bigint[]) AS asked (category, before, last);
