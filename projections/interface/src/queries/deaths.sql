-- deaths: what pathways tell of the deaths of some months.
SELECT d.* FROM death AS d
WHERE d.month BETWEEN :first_month AND :last_month;
