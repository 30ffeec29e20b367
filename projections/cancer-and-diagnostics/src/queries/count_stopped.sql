-- count_stopped: cancer clocks that stopped in a month, by standard and part, judged by the standard
-- in force on the day they count from.
SELECT c.standard AS standard,
  c.part AS part,
  COUNT(c.within_days_max) AS number,
  COUNT(CASE WHEN c.days <= c.within_days_max THEN 1 END) AS within,
  COUNT(*) - COUNT(c.within_days_max) AS unjudged
FROM cancer_clock AS c
WHERE c.counts = 1
  AND c.stop >= :from
  AND c.stop < :until
  AND (:provider IS NULL OR c.provider = :provider)
  AND (:standard IS NULL OR c.standard = :standard)
GROUP BY 1, 2;
