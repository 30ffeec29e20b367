-- list_concerns: a page of the concerns raised in a span, by when they were raised.
-- An organisation is either side: who raised it, or whom it is about.
SELECT p.id AS stream, c.*
FROM concern AS c
JOIN pathways AS p ON p.no = c.no
WHERE c.raised >= :from
  AND c.raised < :until
  AND (c.raised, c.raised_id) > (:after_at, :after_id)
  AND (:organisation IS NULL OR c.to_organisation = :organisation OR c.from_organisation = :organisation)
  AND (:category IS NULL OR c.category = :category)
  AND (:route IS NULL OR c.route = :route)
  AND (:standing IS NULL OR c.standing = :standing)
ORDER BY c.raised, c.raised_id
LIMIT :first;
