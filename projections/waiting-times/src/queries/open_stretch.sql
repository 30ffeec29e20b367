-- open_stretch: where a pathway waits now, as far as the record goes. :day leaves out what begins later.
SELECT w.provider, w.function, w.queue_position, w.clock_start
FROM waiting AS w
JOIN pathways AS p ON p.no = w.no
WHERE p.id = :pathway AND w.nullified = 0
  AND w.listed_from <= :day AND (w.listed_to IS NULL OR w.listed_to > :day)
ORDER BY w.seq DESC
LIMIT 1;
