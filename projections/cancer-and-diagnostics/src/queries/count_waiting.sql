-- count_waiting: tests waited for at the end of a day, in groups, and how many too long.
SELECT CASE :group_by
    WHEN 'total' THEN 'TOTAL'
    WHEN 'test' THEN COALESCE(d.test, 'UNKNOWN')
    WHEN 'provider' THEN COALESCE(d.provider, 'UNKNOWN')
    WHEN 'commissioner' THEN COALESCE(d.commissioner, 'UNKNOWN')
  END AS key,
  COUNT(*) AS waiting,
  COUNT(CASE WHEN :day - d.start > d.within_days_max THEN 1 END) AS six_weeks_or_more,
  COUNT(CASE WHEN :day - d.start >= d.long_days_min THEN 1 END) AS thirteen_weeks_or_more
FROM diagnostic_clock AS d
WHERE d.start <= :day
  AND (d.listed_to IS NULL OR d.listed_to > :day)
  AND (:provider IS NULL OR d.provider = :provider)
GROUP BY 1
ORDER BY 1;
