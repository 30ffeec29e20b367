-- stretches_of_pathway: every stretch of one pathway that counts somewhere.
SELECT p.id, w.seq, w.provider, w.site, w.commissioner, w.function, w.priority, w.clinician,
       w.clock_start, w.listed_from, w.listed_to, w.entered, w."left", w.end_status,
       w.decision_to_admit, w.queue_position
FROM waiting AS w
JOIN pathways AS p ON p.no = w.no
WHERE w.no = ?1 AND w.nullified = 0
ORDER BY w.seq;
