-- count_leavings: referrals declined and removals of some months, with and without reason.
SELECT month, kind, provider, reason, alternative, CAST(SUM(n) AS bigint) AS count
FROM leaving_tally
WHERE month BETWEEN :first_month AND :last_month
  AND (:organisation IS NULL OR provider = :organisation)
GROUP BY 1, 2, 3, 4, 5;
