-- volumes_on: how much of each feed came on a day.
SELECT feed, organisation, SUM(n) AS n FROM volume WHERE day = :day GROUP BY feed, organisation;
