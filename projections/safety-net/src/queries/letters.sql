-- letters: documents on their way at :now, by when they began, with the stage they had reached and how
-- much of what is expected of them is overdue.
SELECT p.id AS pathway_id, a.*,
  CASE
    WHEN a.filed <= :now THEN 'FILED'
    WHEN a.opened <= :now THEN 'OPENED'
    WHEN a.delivered <= :now THEN 'DELIVERED'
    WHEN a.sent <= :now THEN 'SENT'
    WHEN a.authorised <= :now THEN 'AUTHORISED'
    ELSE 'DRAFTED' END AS stage,
  CASE
    WHEN a.filed <= :now THEN a.filed
    WHEN a.opened <= :now THEN a.opened
    WHEN a.delivered <= :now THEN a.delivered
    WHEN a.sent <= :now THEN a.sent
    WHEN a.authorised <= :now THEN a.authorised
    ELSE a.drafted END AS since,
  (SELECT MIN(e.due) FROM expected AS e
   WHERE e.no = a.no AND e.chain = a.chain AND e.item IS NOT DISTINCT FROM a.item AND e.level = 0 AND e.due < :now AND e.triggered <= :now
     AND (e.settled IS NULL OR e.settled > :now)) AS overdue_since
FROM passage AS a
JOIN pathways AS p ON p.no = a.no
WHERE a.chain = :chain
  AND a.closed > :now
  AND a.started <= :now
  AND (:sender IS NULL OR a.sender = :sender)
  AND (:stage IS NULL OR :stage = CASE
    WHEN a.filed <= :now THEN 'FILED'
    WHEN a.opened <= :now THEN 'OPENED'
    WHEN a.delivered <= :now THEN 'DELIVERED'
    WHEN a.sent <= :now THEN 'SENT'
    WHEN a.authorised <= :now THEN 'AUTHORISED'
    ELSE 'DRAFTED' END)
  AND (:overdue_only = 0 OR EXISTS (SELECT 1 FROM expected AS e
   WHERE e.no = a.no AND e.chain = a.chain AND e.item IS NOT DISTINCT FROM a.item AND e.level = 0 AND e.due < :now AND e.triggered <= :now
     AND (e.settled IS NULL OR e.settled > :now)))
  AND (a.started, p.id, a.seq) > (:after_started, :after_pathway, :after_seq)
ORDER BY a.started, p.id, a.seq
LIMIT :first;
