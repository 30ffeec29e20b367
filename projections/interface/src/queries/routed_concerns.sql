-- routed_concerns: concerns of some months that somebody was to have by a day.
SELECT c.*
FROM concern AS c
WHERE c.month BETWEEN :first_month AND :last_month
  AND c.route_by IS NOT NULL
  AND (:organisation IS NULL OR c.to_organisation = :organisation OR c.from_organisation = :organisation);
