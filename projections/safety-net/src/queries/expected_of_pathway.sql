-- expected_of_pathway: everything that the steps of a pathway let expect.
SELECT p.id AS pathway_id, e.*
FROM pathways AS p
JOIN expected AS e ON e.no = p.no
WHERE p.id = :pathway
ORDER BY e.seq;
