-- next_feed: the first feed after another, with the first day of which anything of it is known.
SELECT feed, organisation, day FROM feed_day
WHERE (feed, organisation) > (:feed, :organisation)
ORDER BY feed, organisation, day
LIMIT 1;
