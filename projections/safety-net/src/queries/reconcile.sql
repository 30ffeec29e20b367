-- reconcile: of the documents that began in a span, how many had reached each stage by :now, by sender.
-- `authorised` is the count of the source; where it does not tell of that stage, what was sent is.
SELECT a.sender AS sender,
  COUNT(CASE WHEN COALESCE(a.authorised, a.sent) <= :now THEN 1 END) AS source_count,
  COUNT(CASE WHEN a.sent <= :now THEN 1 END) AS sent_count,
  COUNT(CASE WHEN a.delivered <= :now THEN 1 END) AS delivered_count,
  COUNT(CASE WHEN a.filed <= :now THEN 1 END) AS filed_count,
  COUNT(CASE
    WHEN a.ended <= :now THEN NULL
    WHEN a.sent <= :now AND a.delivered <= :now AND a.filed <= :now THEN NULL
    ELSE 1 END) AS orphan_count,
  COUNT(CASE WHEN a.ended <= :now THEN 1 END) AS ended_count
FROM passage AS a
WHERE a.chain = :chain
  AND a.started >= :since
  AND a.started < :until
  AND a.started <= :now
  AND COALESCE(a.authorised, a.sent, a.delivered, a.filed) <= :now
  AND (:sender IS NULL OR a.sender = :sender)
GROUP BY a.sender
ORDER BY a.sender NULLS FIRST;
