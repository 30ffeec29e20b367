-- of_stream: the rows of one stream; {table} is one of our own tables.
SELECT p.id AS stream, t.*
FROM pathways AS p
JOIN {table} AS t ON t.no = p.no
WHERE p.id = :stream
ORDER BY t.seq;
