//! A year of an integrated care board, made up by arithmetic: the same in every run. Six trusts, two
//! hundred practices, ten steps or so a pathway, among them letters that are late or never sent.

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use pathway::{History, Month, Told, london};
use serde_json::{Value, json};
use steps::{EventId, OccurredAt, PathwayId, Step};
use uuid::Uuid;

const TRUSTS: [&str; 6] = ["RJ1", "RJZ", "RJ2", "RV5", "RPG", "RYX"];
const PRACTICES: u64 = 200;
const DAYS: u64 = 334;

/// Letters that are sent in time, of ten; of the rest one is never sent.
const LETTERS_IN_TIME: u64 = 7;

fn begins() -> NaiveDate {
    NaiveDate::default() + Duration::days(20_301) // 2025-08-01, when the local pack came into force
}

/// The first month of the year.
pub(super) fn first() -> Month {
    Month::of(begins())
}

/// The last month of the year.
pub(super) fn last() -> Month {
    Month::of_number(first().number() + 11).unwrap_or_else(first)
}

/// The moment that is asked: the end of the year, when the letters of its last days are not yet due.
pub(super) fn now() -> DateTime<Utc> {
    london::end_of(last().last())
}

/// Pathways without end, begun on the days of the year but its last month; nothing is later than [`now`].
pub(super) fn histories() -> impl Iterator<Item = History> {
    (0_u64..).map(|n| Made { n }.history())
}

/// The pathway of a number.
struct Made {
    n: u64,
}

impl Made {
    fn history(&self) -> History {
        let first = begins().checked_add_days(Days::new(self.n * 7 % DAYS)).unwrap_or_default();
        let told = (0_u64..).zip(self.steps(first)).filter_map(|(place, (at, step))| {
            let id = (u128::from(self.n) << 64) | u128::from(place + 1);
            Some(Told {
                event_id: EventId(Uuid::from_u128(id)),
                occurred_at: OccurredAt::Instant(at),
                entered_in_source_at: Some(at + Duration::minutes(40)),
                recorded_at: at + Duration::hours(1),
                actor: None,
                source: None,
                step: serde_json::from_value::<Step>(step).ok()?,
            })
        });
        History::of(PathwayId(Uuid::from_u128(u128::from(self.n) + 1)), told.collect())
    }

    fn steps(&self, first: NaiveDate) -> Vec<(DateTime<Utc>, Value)> {
        let at = |days: u64, hour: i64| {
            let day = first.checked_add_days(Days::new(days)).unwrap_or(first);
            london::start_of(day) + Duration::hours(hour)
        };
        let mut steps = Vec::from(self.referred(at));
        steps.extend(self.missed(at));
        steps.extend(self.seen(at));
        steps.extend(self.letters(at));
        steps.retain(|(at, _)| *at < now());
        steps
    }

    fn referred(&self, at: impl Fn(u64, i64) -> DateTime<Utc>) -> [(DateTime<Utc>, Value); 2] {
        let (trust, practice) = (self.trust(), self.practice());
        let sent = json!({"referralSent": {"referrer": practice, "service": "S1", "provider": trust,
            "priority": "ROUTINE"}});
        let received = json!({"referralReceived": {"provider": trust, "service": "S1",
            "function": "110", "commissioner": "72Q", "referrer": practice, "rttScope": "IN_SCOPE",
            "route": "OTHER", "referralPurpose": "TREATMENT"}});
        [(at(0, 9), sent), (at(1, 9), received)]
    }

    /// A visit that was booked and told of, and to which nobody came.
    fn missed(&self, at: impl Fn(u64, i64) -> DateTime<Utc>) -> [(DateTime<Utc>, Value); 4] {
        let (trust, visit) = (self.trust(), at(20, 9));
        let booked = json!({"appointmentBooked": {"appointmentId": "A1", "startsAt": visit,
            "bookingKind": "APPOINTMENT", "provider": trust}});
        let told = json!({"appointmentCommunicated": {"appointmentId": "A1", "channel": "LETTER",
            "changeRoute": true}});
        let called = json!({"dnaCallAttempted": {"appointmentId": "A1", "byRole": "NURSE",
            "channel": "TELEPHONE", "callOutcome": "NO_ANSWER"}});
        let missed = json!({"dnaRecorded": {"appointmentId": "A1", "provider": trust,
            "appointmentDate": visit.date_naive(), "attendanceCode": "DID_NOT_ATTEND"}});
        [(at(4, 9), booked), (at(5, 9), told), (visit, called), (at(20, 10), missed)]
    }

    fn seen(&self, at: impl Fn(u64, i64) -> DateTime<Utc>) -> [(DateTime<Utc>, Value); 2] {
        let trust = self.trust();
        let attended = json!({"outpatientAttended": {"appointmentId": "A2", "provider": trust,
            "attendanceCode": "ATTENDED_ON_TIME"}});
        let discharged = json!({"inpatientDischarged": {"admissionId": "B1", "provider": trust}});
        [(at(24, 9), attended), (at(27, 11), discharged)]
    }

    /// The clinic letter, if it is ever sent, and the summary of the stay.
    fn letters(&self, at: impl Fn(u64, i64) -> DateTime<Utc>) -> Vec<(DateTime<Utc>, Value)> {
        let (trust, practice) = (self.trust(), self.practice());
        let clinic = |days| {
            let sent = json!({"clinicLetterSent": {"letterId": "L1", "appointmentId": "A2",
                "provider": trust, "toOrganisation": practice, "toPatient": true, "channel": "LETTER"}});
            (at(24 + days, 12), sent)
        };
        let hours = 12 + i64::try_from(self.n % 40).unwrap_or(0);
        let summary = json!({"dischargeSummarySent": {"letterId": "L2", "admissionId": "B1",
            "provider": trust, "toOrganisation": practice, "toPatient": true, "channel": "LETTER"}});
        self.letter_days().map(clinic).into_iter().chain([(at(27, hours), summary)]).collect()
    }

    fn trust(&self) -> &'static str {
        let place = usize::try_from(self.n % 6).unwrap_or(0);
        TRUSTS.get(place).copied().unwrap_or("RJ1")
    }

    fn practice(&self) -> String {
        format!("G85{:03}", self.n * 11 % PRACTICES)
    }

    /// How many days after the visit the letter is sent; `None`: never.
    fn letter_days(&self) -> Option<u64> {
        match self.n % 10 {
            9 => None,
            tenth if tenth < LETTERS_IN_TIME => Some(tenth),
            _ => Some(11 + self.n / 10 % 35),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pathway_of_the_year_has_nine_steps_or_ten_in_the_year() {
        assert_eq!(begins().to_string(), "2025-08-01");
        for history in histories().take(400) {
            let steps = history.entries().len();
            assert!((9..=10).contains(&steps), "{steps}");
            let months = history.entries().iter().map(|entry| Month::of(entry.date()));
            assert!(months.clone().min() >= Some(first()) && months.max() <= Some(last()));
        }
    }
}
