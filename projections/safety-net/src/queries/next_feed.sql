-- next_feed: the first feed after another, with the first day of which anything of it is known.
SELECT feed, organisation, source, day FROM feed_day
WHERE (feed, organisation, source) > (:feed, :organisation, :source)
ORDER BY feed, organisation, source, day
LIMIT 1;
