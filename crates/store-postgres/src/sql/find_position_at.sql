-- find_position_at.sql: the last position recorded at or before a moment. Stamps never decrease with
-- the position, so the log is halved: what is known to be so, and what is known not to be.
WITH RECURSIVE halved (known, unknown) AS (
    SELECT 0::bigint, coalesce((SELECT max(position) FROM waymark.events), 0) + 1
    UNION ALL
    SELECT CASE WHEN met.recorded_at <= $1 THEN middle ELSE known END,
           CASE WHEN met.recorded_at <= $1 THEN unknown ELSE middle END
    FROM (SELECT known, unknown, (known + unknown) / 2 AS middle FROM halved
          WHERE unknown - known > 1) AS between_them
    JOIN waymark.events AS met ON met.position = middle
)
SELECT known, unknown FROM halved ORDER BY unknown - known LIMIT 1;
