-- count_groups: the oracle. How many of each group are in each week band on a day, by plain SQL.
SELECT
  CASE :group_by
    WHEN 'provider' THEN COALESCE(provider, 'UNKNOWN')
    WHEN 'commissioner' THEN COALESCE(commissioner, 'UNKNOWN')
    WHEN 'function' THEN COALESCE(function, 'UNKNOWN')
    WHEN 'priority' THEN COALESCE(priority, 'UNKNOWN')
    ELSE 'TOTAL'
  END AS key,
  CASE
    WHEN clock_start IS NULL OR clock_start > :day THEN NULL
    WHEN :day - clock_start > 728 THEN 104
    WHEN :day - clock_start <= 7 THEN 0
    ELSE (:day - clock_start - 1) / 7
  END AS band,
  COUNT(*) AS waiting
FROM waiting
WHERE listed_from <= :day
  AND (listed_to IS NULL OR listed_to > :day)
  AND nullified = 0
  AND (:provider IS NULL OR provider = :provider)
  AND (:function IS NULL OR function = :function)
  AND CASE
    WHEN :commissioner IS NOT NULL THEN commissioner = :commissioner
    ELSE NOT :english_only OR commissioner IS NULL OR commissioner <> 'NONC'
  END
GROUP BY key, band
ORDER BY key, band;
