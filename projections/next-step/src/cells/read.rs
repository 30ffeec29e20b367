//! From the cells of a row to what was written.

use chrono::{DateTime, Days, NaiveDate, Utc};
use projector::{FromCell, SqlError, SqlRow};
use steps::{EventId, Label, OccurredAt, OdsCode, SubjectRef};
use uuid::Uuid;

use super::{COLUMNS, MISSING, PURPOSES};
use crate::{
    ContactSide, State,
    answer::{Alarm, Appointment, Assignment, Due, DueBasis, NextStep, Owner, Since, WaitingOn},
    roles::role_from_code,
};

/// Reads the columns of a row one after the other.
pub(crate) struct Cells<'a> {
    row: &'a SqlRow<'a>,
    at: usize,
}

impl<'a> Cells<'a> {
    /// From the column `at` on.
    pub(crate) fn of(row: &'a SqlRow<'a>, at: usize) -> Self {
        Self { row, at }
    }

    /// The row as it was written.
    pub(crate) fn next_step(mut self) -> Result<NextStep, SqlError> {
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

    fn next<T: FromCell<'a>>(&mut self) -> Result<T, SqlError> {
        self.at += 1;
        self.row.get(self.at - 1)
    }

    /// Passes over a column.
    pub(crate) fn skip(&mut self) {
        self.at += 1;
    }

    pub(crate) fn text(&mut self) -> Result<Option<&'a str>, SqlError> {
        self.next()
    }

    pub(crate) fn parsed<T: std::str::FromStr>(&mut self) -> Result<Option<T>, SqlError> {
        let at = self.at;
        let Some(raw) = self.text()? else { return Ok(None) };
        raw.parse().map(Some).map_err(|_malformed| Self::wrong(at))
    }

    pub(crate) fn read<T>(&mut self, from: impl Fn(&str) -> Option<T>) -> Result<T, SqlError> {
        let at = self.at;
        let value = self.text()?.and_then(from);
        value.ok_or_else(|| Self::wrong(at))
    }

    fn int(&mut self) -> Result<Option<i64>, SqlError> {
        self.next()
    }

    fn instant(&mut self) -> Result<Option<DateTime<Utc>>, SqlError> {
        Ok(self.int()?.and_then(DateTime::from_timestamp_micros))
    }

    pub(crate) fn day(&mut self) -> Result<Option<NaiveDate>, SqlError> {
        let days = self.int()?.and_then(|days| u64::try_from(days).ok());
        Ok(days.and_then(|days| NaiveDate::default().checked_add_days(Days::new(days))))
    }

    pub(crate) fn id(&mut self) -> Result<Option<Uuid>, SqlError> {
        self.next()
    }

    /// An appointment is due when it starts, and that is when it turns.
    fn due(&mut self, starts_at: Option<DateTime<Utc>>) -> Result<Option<Due>, SqlError> {
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

    fn appointment(&mut self) -> Result<Option<Appointment>, SqlError> {
        let starts_at = self.instant()?;
        let (place, provider, site) = (self.parsed()?, self.parsed()?, self.parsed()?);
        Ok(starts_at.map(|starts_at| Appointment { starts_at, place, provider, site }))
    }

    fn waiting_on(&mut self) -> Result<Option<WaitingOn>, SqlError> {
        let missing = self.text()?;
        let by: Option<OdsCode> = self.parsed()?;
        let due = self.parsed()?;
        let missing = missing.and_then(|code| MISSING.iter().find(|(_, known)| *known == code));
        Ok(missing.map(|(missing, _)| WaitingOn { missing: *missing, by, due }))
    }

    fn since(&mut self) -> Result<Option<Since>, SqlError> {
        let event = self.id()?.map(EventId);
        Ok(event.zip(self.day()?).map(|(event, on)| Since { event, on }))
    }

    fn assignment(&mut self) -> Result<Option<Assignment>, SqlError> {
        let what: Option<Label> = self.parsed()?;
        let (general_contact, delay_contact) = (self.parsed()?, self.parsed()?);
        Ok(what.map(|what| Assignment { what, general_contact, delay_contact }))
    }

    fn also_open(&mut self) -> Result<Vec<State>, SqlError> {
        let codes = self.text()?.unwrap_or_default();
        Ok(codes.split(' ').filter_map(State::from_code).collect())
    }

    fn wrong(at: usize) -> SqlError {
        let name = COLUMNS.get(at).map_or("next_step", |column| column.name);
        SqlError::Kind { column: name.to_owned() }
    }
}

fn contact_from(code: &str) -> Option<ContactSide> {
    if code == "PRACTICE" {
        return Some(ContactSide::Practice);
    }
    let found = PURPOSES.iter().find(|(_, known)| *known == code);
    found.map(|(purpose, _)| ContactSide::Provider(*purpose))
}
