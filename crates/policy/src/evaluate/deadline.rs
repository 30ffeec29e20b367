//! Deadlines: a witness follows the trigger in time.

use chrono::{Days, Duration};

use super::{Case, Fact, Finding, span};
use crate::{Basis, Due, Ends, Outcome, Term, Unit, Witness};

/// By when, judged for a trigger that may be known only to the day.
pub(super) enum Deadline {
    /// The rule names no time.
    None,
    /// Working days that leave the calendar.
    OutsideCalendar,
    /// Judged on local dates.
    Day(Due),
    /// Judged on instants: the earliest and the latest it can be.
    Hours(chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>),
}

impl Deadline {
    /// What is shown: of two possible instants the later, for nobody is accused on a maybe.
    pub(super) fn due(&self) -> Option<Due> {
        match self {
            Self::None | Self::OutsideCalendar => None,
            Self::Day(due) => Some(*due),
            Self::Hours(_, latest) => Some(Due::At(*latest)),
        }
    }
}

impl Case<'_> {
    /// The deadline of this case.
    pub(super) fn deadline(&self) -> Deadline {
        let mut cases = self.asked.due.iter();
        let Some((_, term)) = cases.find(|(when, _)| self.trigger.holds_all(when)) else {
            return Deadline::None;
        };
        let Term { amount, unit, basis } = *term;
        let day = self.trigger.entry.date();
        let due = match (unit, basis) {
            (Unit::Hour, _) => {
                let (first, last) = span(self.trigger);
                let hours = Duration::hours(i64::from(amount));
                return Deadline::Hours(first + hours, last + hours);
            }
            (Unit::Day, Basis::Calendar) => day.checked_add_days(Days::new(u64::from(amount))),
            (Unit::Day, Basis::Working) => self.calendar.working_days_after(day, amount),
        };
        due.map_or(Deadline::OutsideCalendar, |due| Deadline::Day(Due::EndOf(due)))
    }
}

/// Whether the promise was kept, and in time.
pub(super) fn judge(case: &Case<'_>, satisfied_by: &[Witness], ends: &Ends) -> Finding {
    let deadline = case.deadline();
    let end = case.end(ends);
    let first = |(n, witness)| case.speaking(n, witness).next();
    let kept = satisfied_by.iter().enumerate().filter_map(first).min_by_key(|fact| fact.place);
    let in_reach = kept.filter(|kept| end.is_none_or(|end| kept.place < end.place));
    match (in_reach, end) {
        (Some(kept), _) => {
            let outcome = kept_by(case, &deadline, kept);
            Finding::of(deadline.due(), outcome, vec![kept.entry.event_id()])
        }
        (None, Some(end)) => {
            let outcome = ended(deadline.due(), end);
            Finding::of(deadline.due(), outcome, vec![end.entry.event_id()])
        }
        (None, None) => Finding::of(deadline.due(), not_yet(case, &deadline), Vec::new()),
    }
}

fn kept_by(case: &Case<'_>, deadline: &Deadline, kept: &Fact<'_>) -> Outcome {
    let at = kept.entry.occurred_at();
    let (first, last) = span(kept);
    let met = |late| Outcome::Met { at, late };
    match deadline {
        Deadline::None => met(false),
        Deadline::OutsideCalendar => outside_calendar(case),
        Deadline::Day(due) => met(due.last_moment() < first),
        Deadline::Hours(earliest, _) if last <= *earliest => met(false),
        Deadline::Hours(_, latest) if *latest < first => met(true),
        Deadline::Hours(..) => {
            let steps = [case.trigger, kept].map(|fact| fact.entry);
            let to_the_day = steps
                .iter()
                .filter(|entry| matches!(entry.occurred_at(), steps::OccurredAt::Day(_)));
            let missing =
                to_the_day.map(|entry| format!("time of day of {}", entry.step().kind().name()));
            Outcome::Unknown { missing: missing.collect(), since: at }
        }
    }
}

/// The promise ended unkept: a breach where it was already overdue, else nothing was due.
pub(super) fn ended(due: Option<Due>, end: &Fact<'_>) -> Outcome {
    let overdue = due.filter(|due| due.last_moment() < span(end).0);
    match overdue {
        Some(due) => Outcome::Breached {
            since: steps::OccurredAt::Instant(due.last_moment() + Duration::microseconds(1)),
            missing: Vec::new(),
        },
        None => Outcome::NotApplicable { since: end.entry.occurred_at() },
    }
}

fn not_yet(case: &Case<'_>, deadline: &Deadline) -> Outcome {
    match deadline {
        Deadline::OutsideCalendar => outside_calendar(case),
        Deadline::None | Deadline::Day(_) | Deadline::Hours(..) => Outcome::Open,
    }
}

fn outside_calendar(case: &Case<'_>) -> Outcome {
    let since = case.trigger.entry.occurred_at();
    Outcome::Unknown { missing: vec!["bank holidays of those days".to_owned()], since }
}
