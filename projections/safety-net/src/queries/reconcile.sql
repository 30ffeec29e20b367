-- reconcile: of the documents that began in a span, how many had reached each stage by :now, by sender.
-- `authorised` is the count of the source; where it does not tell of that stage, what was sent is.
SELECT a.sender AS sender,
  SUM(COALESCE(a.authorised, a.sent) <= :now) AS source_count,
  SUM(COALESCE(a.sent <= :now, 0)) AS sent_count,
  SUM(COALESCE(a.delivered <= :now, 0)) AS delivered_count,
  SUM(COALESCE(a.filed <= :now, 0)) AS filed_count,
  SUM((a.ended IS NULL OR a.ended > :now) AND NOT (
    COALESCE(a.sent <= :now, 0) AND COALESCE(a.delivered <= :now, 0) AND COALESCE(a.filed <= :now, 0)
  )) AS orphan_count,
  SUM(COALESCE(a.ended <= :now, 0)) AS ended_count
FROM passage AS a
WHERE a.chain = :chain
  AND a.started >= :since
  AND a.started < :until
  AND a.started <= :now
  AND COALESCE(a.authorised, a.sent, a.delivered, a.filed) <= :now
  AND (:sender IS NULL OR a.sender = :sender)
GROUP BY a.sender
ORDER BY a.sender;
