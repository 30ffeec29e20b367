-- list_of_rule: a page of what one organisation answers for under one rule, by when it was opened.
-- Moment and trigger together name one obligation of a rule, so they are the cursor.
-- `settled` counts only once it has happened: what came after :now was not so yet.
SELECT p.id AS pathway_id, o.*
FROM obligation AS o
JOIN pathways AS p ON p.no = o.no
WHERE o.accountable IS NOT DISTINCT FROM :accountable
  AND o.rule = :rule
  AND (o.triggered, o.trigger_id) > (:after_triggered, :after_trigger)
  AND o.triggered < :until
  AND (:state IS NULL OR :state = CASE
    WHEN o.triggered > :now THEN 'NOT_DUE'
    WHEN o.settled <= :now THEN o.outcome
    WHEN o.due < :now THEN 'BREACHED'
    ELSE 'PENDING' END)
ORDER BY o.triggered, o.trigger_id
LIMIT :first;
