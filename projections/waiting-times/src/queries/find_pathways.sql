-- find_pathways: the pathways of a group on a day, a page at a time, in the order of their numbers.
-- :after is the last pathway of the page before. Empty words stand for what is not known.
-- A number beyond every other where :after is not there, so that the page is empty and not the first.
SELECT p.id, w.clock_start, w.provider, w.site, w.commissioner, w.function, w.priority, w.decision_to_admit
FROM waiting AS w
JOIN pathways AS p ON p.no = w.no
WHERE w.no > CASE WHEN :after IS NULL THEN -1
    ELSE COALESCE((SELECT no FROM pathways WHERE id = :after), 9223372036854775807) END
  AND w.listed_from <= :day
  AND (w.listed_to IS NULL OR w.listed_to > :day)
  AND w.nullified = 0
  AND w.clock_start <= :day
  AND (:provider IS NULL OR COALESCE(w.provider, '') = :provider)
  AND (:function IS NULL OR COALESCE(w.function, '') = :function)
  AND (:priority IS NULL OR COALESCE(w.priority, '') = :priority)
  AND (:not_commissioner IS NULL OR COALESCE(w.commissioner, '') <> :not_commissioner)
  AND (:commissioners IS NULL
    OR COALESCE(w.commissioner, '') IN (SELECT value FROM json_each(:commissioners)))
ORDER BY w.no
LIMIT :first;
