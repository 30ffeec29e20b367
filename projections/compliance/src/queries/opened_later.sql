-- opened_later: rows opened only after :now, and how the other three queries have counted them. A source
-- may be some minutes ahead of us, so there are few; each rule and organisation is one step in an index.
SELECT o.rule, o.accountable, o.triggered_month,
  CASE
    WHEN o.outcome <> 'OPEN' AND (o.settled <= o.triggered OR o.settled <= :now) THEN o.outcome
    WHEN o.due < :now THEN 'BREACHED'
    ELSE 'PENDING' END AS was,
  'NOT_DUE' AS stands, o.late_hours, 1 AS n
FROM (
  SELECT DISTINCT rule, accountable
  FROM obligation_tally
  WHERE triggered_month BETWEEN :first_month AND :last_month
    AND triggered_month >= :month_of_now
    AND (:rule IS NULL OR rule = :rule)
    AND (:accountable IS NULL OR accountable = :accountable)
) AS who
CROSS JOIN obligation AS o
WHERE o.accountable IS NOT DISTINCT FROM who.accountable
  AND o.rule = who.rule
  AND o.triggered > :now
  AND o.triggered_month BETWEEN :first_month AND :last_month;
