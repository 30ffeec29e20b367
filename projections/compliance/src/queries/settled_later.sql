-- settled_later: rows that are settled only after :now, and how they stand until then.
SELECT o.rule, o.accountable, o.triggered_month, o.outcome AS was,
  CASE WHEN o.due < :now THEN 'BREACHED' ELSE 'PENDING' END AS stands,
  o.late_hours, 1 AS n
FROM obligation AS o
WHERE o.outcome <> 'OPEN'
  AND o.settled > o.triggered
  AND o.settled > :now
  AND o.triggered_month BETWEEN :first_month AND :last_month
  AND (:rule IS NULL OR o.rule = :rule)
  AND (:accountable IS NULL OR o.accountable = :accountable);
