-- obligations_of_pathway: all obligations of one pathway, in the order of their triggers.
SELECT o.*
FROM pathways AS p
JOIN obligation AS o ON o.no = p.no
WHERE p.id = :pathway
ORDER BY o.seq;
