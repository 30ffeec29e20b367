-- stopped: the cancer clocks that stopped in a month, each judged by the standard in force on the day
-- it counts from. The figures and the lists behind them both begin with this.
WITH stopped AS (
  SELECT c.no, c.seq, c.standard, c.part, c.modality, c.provider, c.commissioner, c.function,
    c.start, c.stop, c.days, c.within_days_max, c.start_rule, c.start_event, c.stop_rule, c.stop_event,
    CASE
      WHEN c.within_days_max IS NULL THEN 'unjudged'
      WHEN c.days <= c.within_days_max THEN 'within'
      ELSE 'over'
    END AS judgement
  FROM cancer_clock AS c
  WHERE c.counts = 1
    AND c.stop >= :from
    AND c.stop < :until
    AND (:provider IS NULL OR c.provider = :provider)
    AND (:standard IS NULL OR c.standard = :standard)
)
