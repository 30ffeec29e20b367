-- count_work: work of some months, by kind, sender and what became of it.
SELECT month, private, category, sender, standing, CAST(SUM(n) AS bigint) AS count
FROM work_tally
WHERE month BETWEEN :first_month AND :last_month
  AND (:organisation IS NULL OR sender = :organisation OR asked = :organisation)
GROUP BY 1, 2, 3, 4, 5;
