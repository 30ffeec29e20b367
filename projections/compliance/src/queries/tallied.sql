-- tallied: of the months asked, how many rows of the ledger stand how: what is settled as settled, what
-- is open and has a last moment as broken. The queries beside it put right what :now makes of some.
SELECT rule, accountable, triggered_month, NULL AS was,
  CASE
    WHEN outcome <> 'OPEN' THEN outcome
    WHEN due_day IS NOT NULL THEN 'BREACHED'
    ELSE 'PENDING' END AS stands,
  late_hours, n
FROM obligation_tally
WHERE triggered_month BETWEEN :first_month AND :last_month
  AND (:rule IS NULL OR rule = :rule)
  AND (:accountable IS NULL OR accountable = :accountable);
