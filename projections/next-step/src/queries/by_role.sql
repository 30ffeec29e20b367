-- A step that waits for a day belongs to another role once that day has passed.
SELECT p.id, n.no, n.state, n.organisation, n.role, n.turned_role, n.turned_organisation, n.turns_at, n.due_by, n.due_day,
n.due_basis, n.due_source, n.service, n.provider, n.practice, n.function, n.subject_ref,
n.starts_at, n.place, n.appointment_provider, n.appointment_site, n.later_starts_at,
n.later_place, n.later_provider, n.later_site, n.contact, n.waiting, n.waiting_by, n.waiting_due,
n.told_on, n.since_event, n.since_on, n.what, n.general_contact, n.delay_contact,
n.also_open, n.alarm
FROM (
  SELECT * FROM next_step
  WHERE organisation = ?1 AND role = ?5 AND (turned_role IS NULL OR turns_at > ?6)
    AND (due_by, no) > (?2, ?3)
  UNION ALL
  SELECT * FROM next_step
  WHERE turned_organisation = ?1 AND turned_role = ?5 AND turned_organisation IS NOT NULL
    AND turns_at <= ?6
    AND (due_by, no) > (?2, ?3)
) AS n JOIN pathways AS p ON p.no = n.no
ORDER BY n.due_by, n.no
LIMIT ?4
