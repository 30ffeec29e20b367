-- What is owed comes first, by its day; what is settled comes last.
SELECT p.id, a.no, a.seq, a.referrer, a.standing, a.due_by, a.due, a.due_source, a.organisation, a.role,
a.provider, a.service, a.priority, a.asked_event, a.asked_on, a.since_on, a.answered_on,
a.recommendation
FROM asked_advice AS a JOIN pathways AS p ON p.no = a.no
WHERE a.referrer = ?1 AND (a.due_by, a.no, a.seq) > (?2, ?3, ?4)
ORDER BY a.due_by, a.no, a.seq
LIMIT ?5
