-- look_back: triggers of one rule in a span that nothing had answered by :now, in the order in which
-- they happened. Of a rule with levels, the first of them.
SELECT p.id AS pathway_id, e.*
FROM expected AS e
JOIN pathways AS p ON p.no = e.no
WHERE e.rule = :rule
  AND e.triggered >= :since
  AND e.triggered < :until
  AND e.triggered <= :now
  AND e.level <= 1
  AND (e.settled IS NULL OR e.settled > :now)
  AND (:sender IS NULL OR e.sender = :sender)
  AND (e.triggered, e.trigger_id) > (:after_due, :after_trigger)
ORDER BY e.triggered, e.trigger_id
LIMIT :first;
