-- list_work: a page of the work asked for in a span, by when it was asked for.
SELECT p.id AS stream, w.*
FROM work AS w
JOIN pathways AS p ON p.no = w.no
WHERE w.requested >= :from
  AND w.requested < :until
  AND (w.requested, w.opened_id) > (:after_at, :after_id)
  AND (:sender IS NULL OR w.sender = :sender)
  AND (:asked IS NULL OR w.asked = :asked)
  AND (:category IS NULL OR w.category = :category)
  AND (:private IS NULL OR w.private = :private)
  AND (:standing IS NULL OR w.standing = :standing)
ORDER BY w.requested, w.opened_id
LIMIT :first;
