-- waited_for: the tests waited for at the end of a day, each with its group and whether it waits too
-- long. The figures and the lists behind them both begin with this.
WITH waited_for AS (
  SELECT d.no, d.seq, d.test, d.modality, d.provider, d.commissioner, d.function,
    d.start, d.listed_to, d.start_rule, d.start_event,
    :day - d.start AS days,
    CASE :group_by
      WHEN 'total' THEN 'TOTAL'
      WHEN 'test' THEN COALESCE(d.test, 'UNKNOWN')
      WHEN 'provider' THEN COALESCE(d.provider, 'UNKNOWN')
      WHEN 'commissioner' THEN COALESCE(d.commissioner, 'UNKNOWN')
    END AS key,
    CASE WHEN :day - d.start > d.within_days_max THEN 1 ELSE 0 END AS six_weeks_or_more,
    CASE WHEN :day - d.start >= d.long_days_min THEN 1 ELSE 0 END AS thirteen_weeks_or_more
  FROM diagnostic_clock AS d
  WHERE d.start <= :day
    AND (d.listed_to IS NULL OR d.listed_to > :day)
    AND (:provider IS NULL OR d.provider = :provider)
)
