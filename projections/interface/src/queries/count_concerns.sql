-- count_concerns: concerns of some months, by what the tally tells apart.
SELECT month, category, to_organisation, harm, standing, outcome, CAST(SUM(n) AS bigint) AS count
FROM concern_tally
WHERE month BETWEEN :first_month AND :last_month
  AND (:organisation IS NULL OR to_organisation = :organisation OR from_organisation = :organisation)
GROUP BY 1, 2, 3, 4, 5, 6;
