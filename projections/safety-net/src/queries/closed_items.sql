-- closed_items: what is still open at :now and addressed to one organisation; the soonest due first.
SELECT p.id AS pathway_id, e.*
FROM expected AS e
JOIN pathways AS p ON p.no = e.no
WHERE e.addressed_to = :addressed_to
  AND e.triggered <= :now
  AND (e.settled IS NULL OR e.settled > :now)
  AND e.level <= 1
  AND (e.due, e.rule, e.trigger_id, e.level) > (:after_due, :after_rule, :after_trigger, :after_level)
ORDER BY e.due, e.rule, e.trigger_id, e.level
LIMIT :first;
