-- list_stopped: the clocks that one of those numbers counts, behind a clock of the page before.
SELECT p.id, s.*
FROM stopped AS s
JOIN pathways AS p ON p.no = s.no
WHERE (:part IS NULL OR s.part = :part)
  AND CASE :which
    WHEN 'judged' THEN s.judgement <> 'unjudged'
    ELSE s.judgement = :which
  END
  AND (s.no, s.seq) > (:after_no, :after_seq)
ORDER BY s.no, s.seq
LIMIT :most;
