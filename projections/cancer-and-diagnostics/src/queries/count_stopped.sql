-- count_stopped: how many, by standard and part.
SELECT standard, part,
  COUNT(CASE WHEN judgement <> 'unjudged' THEN 1 END) AS number,
  COUNT(CASE WHEN judgement = 'within' THEN 1 END) AS within,
  COUNT(CASE WHEN judgement = 'unjudged' THEN 1 END) AS unjudged
FROM stopped
GROUP BY 1, 2;
