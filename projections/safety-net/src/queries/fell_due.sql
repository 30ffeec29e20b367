-- fell_due: what became overdue in a span and was open at its end, soonest first, after a row.
SELECT p.id AS pathway_id, e.*
FROM expected AS e
JOIN pathways AS p ON p.no = e.no
WHERE (e.settled IS NULL OR e.settled > e.due)
  AND e.due >= :since
  AND e.due < :until
  AND (e.settled IS NULL OR e.settled > :until)
  AND (e.due, e.rule, e.trigger_id, e.level) > (:after_due, :after_rule, :after_trigger, :after_level)
ORDER BY e.due, e.rule, e.trigger_id, e.level
LIMIT :first;
