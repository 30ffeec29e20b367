-- list_waiting: the tests that one of those numbers counts, behind a test of the page before.
SELECT p.id, w.*
FROM waited_for AS w
JOIN pathways AS p ON p.no = w.no
WHERE w.key = :key
  AND CASE :which
    WHEN 'waiting' THEN 1
    WHEN 'six weeks or more' THEN w.six_weeks_or_more
    WHEN 'thirteen weeks or more' THEN w.thirteen_weeks_or_more
  END = 1
  AND (w.no, w.seq) > (:after_no, :after_seq)
ORDER BY w.no, w.seq
LIMIT :most;
