-- orphans: the documents behind the orphans of `reconcile`, by when they began.
SELECT p.id AS pathway_id, a.*,
  CASE
    WHEN a.filed <= :now THEN 'FILED'
    WHEN a.opened <= :now THEN 'OPENED'
    WHEN a.delivered <= :now THEN 'DELIVERED'
    WHEN a.sent <= :now THEN 'SENT'
    ELSE 'AUTHORISED' END AS stage,
  CASE
    WHEN a.filed <= :now THEN a.filed
    WHEN a.opened <= :now THEN a.opened
    WHEN a.delivered <= :now THEN a.delivered
    WHEN a.sent <= :now THEN a.sent
    ELSE a.authorised END AS since,
  (SELECT MIN(e.due) FROM expected AS e
   WHERE e.no = a.no AND e.chain = a.chain AND e.item IS NOT DISTINCT FROM a.item AND e.level = 0 AND e.due < :now AND e.triggered <= :now
     AND (e.settled IS NULL OR e.settled > :now)) AS overdue_since
FROM passage AS a
JOIN pathways AS p ON p.no = a.no
WHERE a.chain = :chain
  AND a.started >= :since
  AND a.started < :until
  AND a.started <= :now
  AND COALESCE(a.authorised, a.sent, a.delivered, a.filed) <= :now
  AND (:sender IS NULL OR a.sender = :sender)
  AND (a.ended IS NULL OR a.ended > :now)
  AND CASE WHEN a.sent <= :now AND a.delivered <= :now AND a.filed <= :now THEN 0 ELSE 1 END = 1
  AND (a.started, p.id, a.seq) > (:after_started, :after_pathway, :after_seq)
ORDER BY a.started, p.id, a.seq
LIMIT :first;
