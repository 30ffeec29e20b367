-- queue_dates: the date from which each place counts, of everybody on one list on a day.
SELECT COALESCE(queue_position, clock_start)
FROM waiting
WHERE nullified = 0
  AND listed_from <= :day AND (listed_to IS NULL OR listed_to > :day)
  AND provider IS NOT DISTINCT FROM :provider AND function IS NOT DISTINCT FROM :function;
