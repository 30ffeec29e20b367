-- dispatched: what was sent to one organisation from a moment on, by one channel and endpoint or by any, and had
-- got through to nobody at :now.
SELECT p.id AS pathway_id, d.*
FROM dispatch AS d
JOIN pathways AS p ON p.no = d.no
WHERE d.recipient = :recipient
  AND d.at >= :since
  AND d.at <= :now
  AND (d.settled IS NULL OR d.settled > :now)
  AND (:channel IS NULL OR d.channel = :channel)
  AND (:endpoint IS NULL OR d.endpoint = :endpoint OR (:unnamed = 1 AND d.endpoint IS NULL))
  AND (d.at, d.event_id) > (:after_at, :after_event)
ORDER BY d.at, d.event_id
LIMIT :first;
