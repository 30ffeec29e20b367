-- count_by_state: a scorecard: obligations opened in a period, by rule and by state at :now.
-- `settled` counts only once it has happened: what came after :now was not so yet.
SELECT o.rule AS rule,
  CASE
    WHEN o.settled <= :now THEN o.outcome
    WHEN o.due < :now THEN 'BREACHED'
    ELSE 'PENDING' END AS state,
  COUNT(*) AS count
FROM obligation AS o
WHERE (:accountable IS NULL OR o.accountable = :accountable)
  AND o.triggered >= :from
  AND o.triggered < :until
  AND o.triggered <= :now
GROUP BY 1, 2
ORDER BY 1, 2;
