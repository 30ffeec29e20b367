-- last_day: the last day, up to one, on which anything of a feed came.
SELECT MAX(day) AS day FROM feed_day
WHERE feed = :feed AND organisation = :organisation AND source = :source AND day <= :day;
