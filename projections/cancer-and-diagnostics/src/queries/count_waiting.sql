-- count_waiting: how many, in groups, and how many too long.
SELECT key,
  COUNT(*) AS waiting,
  COUNT(CASE WHEN six_weeks_or_more = 1 THEN 1 END) AS six_weeks_or_more,
  COUNT(CASE WHEN thirteen_weeks_or_more = 1 THEN 1 END) AS thirteen_weeks_or_more
FROM waited_for
GROUP BY 1
ORDER BY 1;
