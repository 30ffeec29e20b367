-- missing_of_owner: of one organisation, what was expected, is overdue at :now and had not come by then; the longest overdue first.
-- The first condition is that of the index: rows that were ever overdue.
SELECT p.id AS pathway_id, e.*
FROM expected AS e
JOIN pathways AS p ON p.no = e.no
WHERE e.owner = :owner
  AND (e.settled IS NULL OR e.settled > e.due)
  AND e.due < :now
  AND (e.settled IS NULL OR e.settled > :now)
  AND (:rule IS NULL OR e.rule = :rule)
  AND (:sender IS NULL OR e.sender = :sender)
  AND e.level >= :level_least
  AND e.level <= :level_most
  AND (e.due, e.rule, e.trigger_id, e.level) > (:after_due, :after_rule, :after_trigger, :after_level)
ORDER BY e.due, e.rule, e.trigger_id, e.level
LIMIT :first;
