-- list_obligations: a page of the ledger of one organisation, by rule, then by trigger.
-- Rule, moment and trigger together name one obligation, so they are the cursor.
-- `settled` counts only once it has happened: what came after :now was not so yet.
SELECT p.id AS pathway_id, o.*
FROM obligation AS o
JOIN pathways AS p ON p.no = o.no
WHERE o.accountable IS :accountable
  AND (:rule IS NULL OR o.rule = :rule)
  AND (o.rule, o.triggered, o.trigger_id) > (:after_rule, :after_triggered, :after_trigger)
  AND (:state IS NULL OR :state = CASE
    WHEN o.triggered > :now THEN 'NOT_DUE'
    WHEN o.settled <= :now THEN o.outcome
    WHEN o.due < :now THEN 'BREACHED'
    ELSE 'PENDING' END)
ORDER BY o.rule, o.triggered, o.trigger_id
LIMIT :first;
