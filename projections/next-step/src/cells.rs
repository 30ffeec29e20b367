//! A next step as the cells of a row; back again in `read`.

use projector::{Cell, Column, ColumnKind};
use steps::{OccurredAt, codes::ContactPurpose};

use crate::{
    ContactSide,
    answer::{Alarm, Appointment, DueBasis, Missing, NextStep, Owner},
    roles::role_code,
};

mod read;

pub(crate) use read::Cells;

/// What `due_by` holds where nothing is due: it comes last.
pub(crate) const NEVER: i64 = i64::MAX;

pub(crate) const fn column(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind }
}

pub(crate) const INT: ColumnKind = ColumnKind::Int;
pub(crate) const TEXT: ColumnKind = ColumnKind::Text;
pub(crate) const ID: ColumnKind = ColumnKind::Id;

/// The columns of the table, in the order of [`cells`] and of the queries.
pub(crate) const COLUMNS: &[Column] = &[
    column("state", TEXT),
    column("organisation", TEXT),
    column("role", TEXT),
    column("turned_role", TEXT),
    column("turned_organisation", TEXT),
    column("turns_at", INT),
    column("due_by", INT),
    column("due_day", INT),
    column("due_basis", TEXT),
    column("due_source", TEXT),
    column("service", TEXT),
    column("provider", TEXT),
    column("practice", TEXT),
    column("function", TEXT),
    column("subject_ref", ID),
    column("starts_at", INT),
    column("place", TEXT),
    column("appointment_provider", TEXT),
    column("appointment_site", TEXT),
    column("later_starts_at", INT),
    column("later_place", TEXT),
    column("later_provider", TEXT),
    column("later_site", TEXT),
    column("contact", TEXT),
    column("waiting", TEXT),
    column("waiting_by", TEXT),
    column("waiting_due", TEXT),
    column("told_on", INT),
    column("since_event", ID),
    column("since_on", INT),
    column("what", TEXT),
    column("general_contact", TEXT),
    column("delay_contact", TEXT),
    column("also_open", TEXT),
    column("alarm", TEXT),
];

/// The cells of a row, in the order of [`COLUMNS`].
pub(crate) fn cells(step: &NextStep) -> Vec<Cell> {
    let turned = turned(step);
    let mut cells = vec![
        step.state.code().into(),
        text(step.owner.organisation.as_ref()),
        role_code(step.owner.role).into(),
        turned.as_ref().map(|owner| role_code(owner.role)).into(),
        text(turned.as_ref().and_then(|owner| owner.organisation.as_ref())),
        step.turns_at.into(),
    ];
    cells.extend(due_cells(step));
    cells.extend([
        text(step.service.as_ref()),
        text(step.provider.as_ref()),
        text(step.practice.as_ref()),
        text(step.function.as_ref()),
        step.subject.map(|subject| subject.0).into(),
    ]);
    cells.extend(appointment_cells(step.next_appointment.as_ref()));
    cells.extend(appointment_cells(step.later_appointment.as_ref()));
    let waiting = step.waiting_on.as_ref();
    let assignment = step.assignment.as_ref();
    let also_open: Vec<&str> = step.also_open.iter().map(|state| state.code()).collect();
    cells.extend([
        contact_code(step.contact_at).into(),
        waiting.map(|waiting| missing_code(waiting.missing)).into(),
        text(waiting.and_then(|waiting| waiting.by.as_ref())),
        text(waiting.and_then(|waiting| waiting.due).map(|due| due.to_string())),
        step.told_patient_on.into(),
        step.since.map(|since| since.event.0).into(),
        step.since.map(|since| since.on).into(),
        text(assignment.map(|it| &it.what)),
        text(assignment.and_then(|it| it.general_contact.as_ref())),
        text(assignment.and_then(|it| it.delay_contact.as_ref())),
        (!also_open.is_empty()).then(|| also_open.join(" ")).as_deref().into(),
        step.alarm.map(alarm_code).into(),
    ]);
    cells
}

/// Who owns the step once its time has passed, where that is another.
fn turned(step: &NextStep) -> Option<Owner> {
    let role = step.state.when_time_has_passed().role();
    let by_state = || Owner { organisation: step.owner.organisation.clone(), role };
    let owner = step.turns_to.clone().unwrap_or_else(by_state);
    (step.turns_at.is_some() && owner != step.owner && owner.organisation.is_some())
        .then_some(owner)
}

const fn alarm_code(alarm: Alarm) -> &'static str {
    match alarm {
        Alarm::Unowned => "UNOWNED",
        Alarm::Unmatched => "UNMATCHED",
    }
}

pub(crate) fn text<T: AsRef<str>>(value: Option<T>) -> Cell {
    value.as_ref().map(AsRef::as_ref).into()
}

fn due_cells(step: &NextStep) -> [Cell; 4] {
    let Some(due) = &step.due else { return [NEVER.into(), Cell::Null, Cell::Null, Cell::Null] };
    let from = step.overdue_from().unwrap_or_else(|| due.deadline());
    let day = match due.at {
        OccurredAt::Day(day) => Some(day),
        OccurredAt::Instant(_) => None,
    };
    let (basis, source) = match &due.basis {
        DueBasis::Recorded => ("RECORDED", None),
        DueBasis::Appointment => ("APPOINTMENT", None),
        DueBasis::Setting(source) => ("SETTING", Some(source.as_str())),
    };
    [from.into(), day.into(), basis.into(), source.into()]
}

fn appointment_cells(appointment: Option<&Appointment>) -> [Cell; 4] {
    [
        appointment.map(|it| it.starts_at).into(),
        text(appointment.and_then(|it| it.place.as_ref())),
        text(appointment.and_then(|it| it.provider.as_ref())),
        text(appointment.and_then(|it| it.site.as_ref())),
    ]
}

const PURPOSES: [(ContactPurpose, &str); 7] = [
    (ContactPurpose::Questions, "QUESTIONS"),
    (ContactPurpose::Delay, "DELAY"),
    (ContactPurpose::Deterioration, "DETERIORATION"),
    (ContactPurpose::General, "GENERAL"),
    (ContactPurpose::Booking, "BOOKING"),
    (ContactPurpose::Results, "RESULTS"),
    (ContactPurpose::Bereavement, "BEREAVEMENT"),
];

fn contact_code(side: ContactSide) -> &'static str {
    let ContactSide::Provider(purpose) = side else { return "PRACTICE" };
    let found = PURPOSES.iter().find(|(known, _)| *known == purpose);
    found.map_or("GENERAL", |(_, code)| code)
}

const MISSING: [(Missing, &str); 9] = [
    (Missing::Acknowledgement, "ACKNOWLEDGEMENT"),
    (Missing::Acceptance, "ACCEPTANCE"),
    (Missing::Explanation, "EXPLANATION"),
    (Missing::Delivery, "DELIVERY"),
    (Missing::Report, "REPORT"),
    (Missing::PatientTold, "PATIENT_TOLD"),
    (Missing::PracticeTold, "PRACTICE_TOLD"),
    (Missing::Coroner, "CORONER"),
    (Missing::Registration, "REGISTRATION"),
];

fn missing_code(missing: Missing) -> &'static str {
    let found = MISSING.iter().find(|(known, _)| *known == missing);
    found.map_or("ACKNOWLEDGEMENT", |(_, code)| code)
}
