-- count_groups: the oracle. How many of each group are in each week band, by plain SQL.
-- :what says what is counted, in the days :from to :to; :way is the way in or out, by number.
-- What has no bands is counted in the first.
SELECT
  CASE :group_by
    WHEN 'provider' THEN COALESCE(provider, 'UNKNOWN')
    WHEN 'site' THEN COALESCE(site, 'UNKNOWN')
    WHEN 'clinician' THEN COALESCE(clinician, 'UNKNOWN')
    WHEN 'commissioner' THEN COALESCE(commissioner, 'UNKNOWN')
    WHEN 'function' THEN COALESCE(function, 'UNKNOWN')
    WHEN 'provider and function' THEN COALESCE(provider, 'UNKNOWN') || '/' || COALESCE(function, 'UNKNOWN')
    WHEN 'return row' THEN COALESCE(provider, 'UNKNOWN') || '/' || COALESCE(commissioner, 'UNKNOWN') || '/'
      || COALESCE(function, 'UNKNOWN')
    WHEN 'priority' THEN COALESCE(priority, 'UNKNOWN')
    ELSE 'TOTAL'
  END AS key,
  CASE
    WHEN :what NOT IN ('waiting', 'for admission', 'completed') THEN 0
    WHEN clock_start IS NULL OR clock_start > until THEN NULL
    WHEN until - clock_start > 728 THEN 104
    WHEN until - clock_start <= 7 THEN 0
    ELSE (until - clock_start - 1) / 7
  END AS band,
  COUNT(*) AS counted
FROM (SELECT *, CASE :what WHEN 'completed' THEN listed_to ELSE :from END AS until FROM waiting) AS w
WHERE nullified = 0
  AND CASE :what
    WHEN 'waiting' THEN listed_from <= :from AND (listed_to IS NULL OR listed_to > :from)
    WHEN 'for admission' THEN listed_from <= :from AND (listed_to IS NULL OR listed_to > :from)
      AND decision_to_admit <= :from
    WHEN 'completed' THEN "left" = :way AND listed_to BETWEEN :from AND :to
    WHEN 'started' THEN entered = 0 AND clock_start BETWEEN :from AND :to
    WHEN 'entered' THEN entered = :way AND listed_from BETWEEN :from AND :to
    WHEN 'left' THEN "left" = :way AND listed_to BETWEEN :from AND :to
  END
  AND (:provider IS NULL OR provider = :provider)
  AND (:site IS NULL OR site = :site)
  AND (:function IS NULL OR function = :function)
  AND (:clinician IS NULL OR clinician = :clinician)
  AND CASE
    WHEN :commissioner IS NOT NULL THEN commissioner = :commissioner
    ELSE :english_only = 0 OR commissioner IS NULL OR commissioner <> 'NONC'
  END
GROUP BY key, band
ORDER BY key, band NULLS FIRST;
