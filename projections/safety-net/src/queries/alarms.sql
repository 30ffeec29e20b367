-- alarms: those raised in a span, in the order in which they became overdue; or the requests to send again.
SELECT p.id AS pathway_id, a.*
FROM alarm AS a
JOIN pathways AS p ON p.no = a.no
WHERE a.since >= :since
  AND a.since < :until
  AND CASE WHEN a.kind = 'RESEND' THEN 1 ELSE 0 END = :resends
  AND (:organisation IS NULL OR a.organisation = :organisation)
  AND (:open_only = 0 OR a.resolved IS NULL)
  AND (a.since, a.event_id) > (:after_since, :after_event)
ORDER BY a.since, a.event_id
LIMIT :first;
