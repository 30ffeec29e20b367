SELECT p.id, n.no, n.state, n.organisation, n.role, n.turned_role, n.turned_organisation, n.turns_at, n.due_by, n.due_day,
n.due_basis, n.due_source, n.service, n.provider, n.practice, n.function, n.subject_ref,
n.starts_at, n.place, n.appointment_provider, n.appointment_site, n.later_starts_at,
n.later_place, n.later_provider, n.later_site, n.contact, n.waiting, n.waiting_by, n.waiting_due,
n.told_on, n.since_event, n.since_on, n.what, n.general_contact, n.delay_contact,
n.also_open, n.alarm
FROM next_step AS n JOIN pathways AS p ON p.no = n.no
WHERE n.provider = ?4 AND n.alarm IS NOT NULL AND (n.due_by, n.no) > (?1, ?2)
ORDER BY n.due_by, n.no
LIMIT ?3
