-- fell_due: open obligations whose last moment lies in a span, soonest first, after a row.
SELECT p.id AS pathway_id, o.*
FROM obligation AS o
JOIN pathways AS p ON p.no = o.no
WHERE o.outcome = 'OPEN'
  AND o.due >= :since
  AND o.due < :until
  AND (o.due, o.rule, o.trigger_id) > (:after_due, :after_rule, :after_trigger)
ORDER BY o.due, o.rule, o.trigger_id
LIMIT :first;
