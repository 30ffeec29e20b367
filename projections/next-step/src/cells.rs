//! A next step as the cells of a row, and back.

use chrono::{DateTime, Days, NaiveDate, Utc};
use projector::{Cell, Column, ColumnKind};
use rusqlite::{Row, types::Type};
use steps::{EventId, Label, OccurredAt, OdsCode, SubjectRef, codes::ContactPurpose};
use uuid::Uuid;

use crate::{
    ContactSide, State,
    answer::{
        Alarm, Appointment, Assignment, Due, DueBasis, Missing, NextStep, Owner, Since, WaitingOn,
    },
    roles::{role_code, role_from_code},
};

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

const PURPOSES: [(ContactPurpose, &str); 6] = [
    (ContactPurpose::Questions, "QUESTIONS"),
    (ContactPurpose::Delay, "DELAY"),
    (ContactPurpose::Deterioration, "DETERIORATION"),
    (ContactPurpose::General, "GENERAL"),
    (ContactPurpose::Booking, "BOOKING"),
    (ContactPurpose::Results, "RESULTS"),
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

/// Reads the columns of a row one after the other.
pub(crate) struct Cells<'a> {
    row: &'a Row<'a>,
    at: usize,
}

impl<'a> Cells<'a> {
    /// From the column `at` on.
    pub(crate) fn of(row: &'a Row<'a>, at: usize) -> Self {
        Self { row, at }
    }

    /// The row as it was written.
    pub(crate) fn next_step(mut self) -> rusqlite::Result<NextStep> {
        let state = self.read(State::from_code)?;
        let organisation = self.parsed()?;
        let role = self.read(role_from_code)?;
        let owner = Owner { organisation, role };
        let turned_role = self.text()?.and_then(role_from_code);
        let turned: Option<OdsCode> = self.parsed()?;
        let turns_at = self.instant()?;
        // Where the state says who owns it then, nobody else was named.
        let named = state.when_time_has_passed() == state;
        let turned = turned.zip(turned_role).filter(|_| named);
        Ok(NextStep {
            state,
            owner,
            turns_at,
            turns_to: turned.map(|(code, role)| Owner { organisation: Some(code), role }),
            due: self.due(turns_at)?,
            service: self.parsed()?,
            provider: self.parsed()?,
            practice: self.parsed()?,
            function: self.parsed()?,
            subject: self.id()?.map(SubjectRef),
            next_appointment: self.appointment()?,
            later_appointment: self.appointment()?,
            contact_at: self.read(contact_from)?,
            waiting_on: self.waiting_on()?,
            told_patient_on: self.day()?,
            since: self.since()?,
            assignment: self.assignment()?,
            also_open: self.also_open()?,
            alarm: self.text()?.map(|code| match code {
                "UNMATCHED" => Alarm::Unmatched,
                _ => Alarm::Unowned,
            }),
        })
    }

    fn place(&mut self) -> usize {
        self.at += 1;
        self.at - 1
    }

    /// Passes over a column.
    pub(crate) fn skip(&mut self) {
        self.at += 1;
    }

    pub(crate) fn text(&mut self) -> rusqlite::Result<Option<&'a str>> {
        let at = self.place();
        let value = self.row.get_ref(at)?.as_str_or_null();
        value.map_err(|_not_text| Self::wrong(at, Type::Text))
    }

    pub(crate) fn parsed<T: std::str::FromStr>(&mut self) -> rusqlite::Result<Option<T>> {
        let at = self.at;
        let Some(raw) = self.text()? else { return Ok(None) };
        raw.parse().map(Some).map_err(|_malformed| Self::wrong(at, Type::Text))
    }

    pub(crate) fn read<T>(&mut self, from: impl Fn(&str) -> Option<T>) -> rusqlite::Result<T> {
        let at = self.at;
        let value = self.text()?.and_then(from);
        value.ok_or_else(|| Self::wrong(at, Type::Text))
    }

    fn int(&mut self) -> rusqlite::Result<Option<i64>> {
        let at = self.place();
        self.row.get(at)
    }

    fn instant(&mut self) -> rusqlite::Result<Option<DateTime<Utc>>> {
        Ok(self.int()?.and_then(DateTime::from_timestamp_micros))
    }

    pub(crate) fn day(&mut self) -> rusqlite::Result<Option<NaiveDate>> {
        let days = self.int()?.and_then(|days| u64::try_from(days).ok());
        Ok(days.and_then(|days| NaiveDate::default().checked_add_days(Days::new(days))))
    }

    pub(crate) fn id(&mut self) -> rusqlite::Result<Option<Uuid>> {
        let at = self.place();
        let bytes = self.row.get_ref(at)?.as_blob_or_null();
        let bytes = bytes.map_err(|_not_a_blob| Self::wrong(at, Type::Blob))?;
        let Some(bytes) = bytes else { return Ok(None) };
        Uuid::from_slice(bytes).map(Some).map_err(|_not_an_id| Self::wrong(at, Type::Blob))
    }

    /// An appointment is due when it starts, and that is when it turns.
    fn due(&mut self, starts_at: Option<DateTime<Utc>>) -> rusqlite::Result<Option<Due>> {
        let by = self.instant()?;
        let day = self.day()?.map(OccurredAt::Day);
        let basis = self.text()?;
        let source = self.text()?.unwrap_or_default();
        let basis = basis.map(|basis| match basis {
            "RECORDED" => DueBasis::Recorded,
            "APPOINTMENT" => DueBasis::Appointment,
            _ => DueBasis::Setting(source.to_owned()),
        });
        let by = if basis == Some(DueBasis::Appointment) { starts_at.or(by) } else { by };
        let at = day.or(by.map(OccurredAt::Instant));
        Ok(basis.zip(at).map(|(basis, at)| Due { at, basis }))
    }

    fn appointment(&mut self) -> rusqlite::Result<Option<Appointment>> {
        let starts_at = self.instant()?;
        let (place, provider, site) = (self.parsed()?, self.parsed()?, self.parsed()?);
        Ok(starts_at.map(|starts_at| Appointment { starts_at, place, provider, site }))
    }

    fn waiting_on(&mut self) -> rusqlite::Result<Option<WaitingOn>> {
        let missing = self.text()?;
        let by: Option<OdsCode> = self.parsed()?;
        let due = self.parsed()?;
        let missing = missing.and_then(|code| MISSING.iter().find(|(_, known)| *known == code));
        Ok(missing.map(|(missing, _)| WaitingOn { missing: *missing, by, due }))
    }

    fn since(&mut self) -> rusqlite::Result<Option<Since>> {
        let event = self.id()?.map(EventId);
        Ok(event.zip(self.day()?).map(|(event, on)| Since { event, on }))
    }

    fn assignment(&mut self) -> rusqlite::Result<Option<Assignment>> {
        let what: Option<Label> = self.parsed()?;
        let (general_contact, delay_contact) = (self.parsed()?, self.parsed()?);
        Ok(what.map(|what| Assignment { what, general_contact, delay_contact }))
    }

    fn also_open(&mut self) -> rusqlite::Result<Vec<State>> {
        let codes = self.text()?.unwrap_or_default();
        Ok(codes.split(' ').filter_map(State::from_code).collect())
    }

    fn wrong(at: usize, kind: Type) -> rusqlite::Error {
        let name = COLUMNS.get(at).map_or("next_step", |column| column.name);
        rusqlite::Error::InvalidColumnType(at, name.to_owned(), kind)
    }
}

fn contact_from(code: &str) -> Option<ContactSide> {
    if code == "PRACTICE" {
        return Some(ContactSide::Practice);
    }
    let found = PURPOSES.iter().find(|(_, known)| *known == code);
    found.map(|(purpose, _)| ContactSide::Provider(*purpose))
}
