-- still_in_time: open rows whose last moment is not over at :now.
SELECT o.rule, o.accountable, o.triggered_month, 'BREACHED' AS was, 'PENDING' AS stands,
  NULL AS late_hours, 1 AS n
FROM obligation AS o
WHERE o.outcome = 'OPEN'
  AND o.due >= :now
  AND o.triggered_month BETWEEN :first_month AND :last_month
  AND (:rule IS NULL OR o.rule = :rule)
  AND (:accountable IS NULL OR o.accountable = :accountable);
