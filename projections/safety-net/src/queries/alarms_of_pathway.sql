-- alarms_of_pathway: the alarms that were raised on a pathway.
SELECT p.id AS pathway_id, a.*
FROM pathways AS p
JOIN alarm AS a ON a.no = p.no
WHERE p.id = :pathway
ORDER BY a.seq;
