-- volume_of: how much of a feed came on a day.
SELECT n FROM feed_day
WHERE feed = :feed AND organisation = :organisation AND source = :source AND day = :day;
