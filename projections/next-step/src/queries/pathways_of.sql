SELECT p.id
FROM next_step AS n JOIN pathways AS p ON p.no = n.no
WHERE n.subject_ref = ?1
ORDER BY n.no
