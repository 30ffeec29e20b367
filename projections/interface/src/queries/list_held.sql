-- list_held: a page of the letters that an organisation held back in a span, by when.
SELECT p.id AS stream, h.*
FROM held AS h
JOIN pathways AS p ON p.no = h.no
WHERE h.sender = :sender
  AND h.at >= :from
  AND h.at < :until
  AND (h.at, h.step) > (:after_at, :after_id)
ORDER BY h.at, h.step
LIMIT :first;
