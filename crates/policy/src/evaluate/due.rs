//! By when a promise is to be kept.

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use pathway::london;
use steps::{
    OccurredAt, Step, StepKind,
    booking_and_attendance::{AttendanceOutcome, DnaDecision},
};

use super::{
    case::Case,
    conditions::time,
    facts::{Fact, Facts},
};
use crate::{Anchor, Basis, Due, Dues, Field, Outcome, Unit};

/// By when, judged for a trigger that may be known only to the day.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Deadline {
    /// The rule names no time, or what it counts from is still to come.
    None,
    /// What it counts from was left out, or its working days leave the calendar.
    Untold(String),
    /// Judged on local dates: the last day.
    Day(NaiveDate),
    /// Judged on instants: the earliest and the latest it can be.
    Hours(DateTime<Utc>, DateTime<Utc>),
}

/// What a term counts from: the first and last microsecond, and the local day.
type Anchored = ((DateTime<Utc>, DateTime<Utc>), NaiveDate);

/// Whether something was in time.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum InTime {
    Yes,
    No,
    /// It could be either; what would tell.
    Perhaps(Vec<String>),
}

impl Deadline {
    /// What is shown: of two possible instants the later, for nobody is accused on a maybe.
    pub(super) fn due(&self) -> Option<Due> {
        match self {
            Self::None | Self::Untold(_) => None,
            Self::Day(last) => Some(Due::EndOf(*last)),
            Self::Hours(_, latest) => Some(Due::At(*latest)),
        }
    }

    /// The last moment in time of what is shown.
    pub(super) fn last_moment(&self) -> Option<DateTime<Utc>> {
        self.due().map(Due::last_moment)
    }
}

impl Case<'_> {
    /// The deadline by the first term of the trigger whose conditions hold.
    pub(super) fn deadline(&self) -> Deadline {
        self.deadline_by(&Vec::new())
    }

    /// The deadline by the first of these terms whose conditions hold, else of the trigger's.
    pub(super) fn deadline_by(&self, dues: &Dues) -> Deadline {
        let mut dues = dues.iter().chain(&self.asked.due);
        let Some((_, term)) = dues.find(|(when, _)| self.holds(when)) else {
            return Deadline::None;
        };
        let (span, day) = match self.anchor(&term.anchor) {
            Ok(Some(anchor)) => anchor,
            Ok(None) => return Deadline::None,
            Err(untold) => return Deadline::Untold(untold),
        };
        let due = match (term.unit, term.basis) {
            (Unit::Hour, _) => {
                let hours = Duration::hours(i64::from(term.amount));
                return Deadline::Hours(span.0 + hours, span.1 + hours);
            }
            (Unit::Day, Basis::Calendar) => day.checked_add_days(Days::new(u64::from(term.amount))),
            (Unit::Day, Basis::Working) => self.calendar.working_days_after(day, term.amount),
        };
        let untold = || Deadline::Untold("bank holidays of those days".to_owned());
        due.map_or_else(untold, Deadline::Day)
    }

    /// What a term counts from, as a span of instants and as a day; none while it is to come.
    fn anchor(&self, anchor: &Anchor) -> Result<Option<Anchored>, String> {
        let of = |fact: &Fact<'_>| (fact.span, fact.day);
        match anchor {
            Anchor::Trigger => Ok(Some(of(self.trigger))),
            Anchor::Field(field) => {
                let at = self.trigger.field(field).as_ref().and_then(time);
                let at = at.ok_or_else(|| field.to_string())?;
                Ok(Some((bounds(at), london::date(at))))
            }
            Anchor::EndOfStay => Ok(match stay(self.facts, self.trigger) {
                Stay::None => Some(of(self.trigger)),
                Stay::Running => None,
                Stay::EndedBy(fact) => Some(of(fact)),
            }),
            Anchor::EndOfEpisode => {
                let later = self.facts.iter().filter(|fact| self.trigger.place < fact.place);
                let mut stood = later.filter(|fact| !self.facts.was_sent_back(fact));
                Ok(stood.find(|fact| ends_episode(fact.entry.step())).map(of))
            }
        }
    }

    /// Whether the step was in time.
    pub(super) fn in_time(&self, deadline: &Deadline, kept: &Fact<'_>) -> InTime {
        lies_in_time(deadline, (kept.span, kept.day), || times_of_day(&[self.trigger, kept]))
    }

    /// Whether a moment that the trigger names was in time.
    pub(super) fn moment_in_time(
        &self,
        deadline: &Deadline,
        (field, at): (&Field, OccurredAt),
    ) -> InTime {
        lies_in_time(deadline, (bounds(at), london::date(at)), || {
            let mut untold = times_of_day(&[self.trigger]);
            untold.extend(
                matches!(at, OccurredAt::Day(_)).then(|| format!("time of day of {field}")),
            );
            untold
        })
    }
}

/// Whether a span of instants, and its day, lies in time.
fn lies_in_time(
    deadline: &Deadline,
    ((first, last), day): Anchored,
    untold: impl FnOnce() -> Vec<String>,
) -> InTime {
    let in_time = |yes: bool| if yes { InTime::Yes } else { InTime::No };
    match deadline {
        Deadline::None => InTime::Yes,
        Deadline::Untold(what) => InTime::Perhaps(vec![what.clone()]),
        Deadline::Day(last_day) => in_time(day <= *last_day),
        Deadline::Hours(earliest, _) if last <= *earliest => InTime::Yes,
        Deadline::Hours(_, latest) if *latest < first => InTime::No,
        Deadline::Hours(..) => InTime::Perhaps(untold()),
    }
}

impl InTime {
    /// What would tell, beside what else would.
    pub(super) fn untold(self, mut others: Vec<String>) -> Vec<String> {
        if let Self::Perhaps(untold) = self {
            others.extend(untold);
        }
        others
    }
}

/// What would tell the order of steps that are known only to the day.
pub(super) fn times_of_day(facts: &[&Fact<'_>]) -> Vec<String> {
    let to_the_day = |fact: &&&Fact<'_>| matches!(fact.entry.occurred_at(), OccurredAt::Day(_));
    let facts = facts.iter().filter(to_the_day);
    facts.map(|fact| format!("time of day of {}", fact.kind().name())).collect()
}

/// The first and the last microsecond of a time.
pub(super) fn bounds(at: OccurredAt) -> (DateTime<Utc>, DateTime<Utc>) {
    let (first, end) = london::bounds(at);
    if first == end { (first, end) } else { (first, end - Duration::microseconds(1)) }
}

/// The stay in hospital that a step falls in.
enum Stay<'a> {
    None,
    Running,
    EndedBy(&'a Fact<'a>),
}

fn stay<'a>(facts: &'a Facts<'a>, trigger: &Fact<'_>) -> Stay<'a> {
    const ENDS: [StepKind; 3] =
        [StepKind::InpatientDischarged, StepKind::PatientSelfDischarged, StepKind::PatientDied];
    let mut admissions = facts.of_kind(StepKind::PatientAdmitted).rev();
    let Some(admitted) = admissions.find(|fact| fact.place < trigger.place) else {
        return Stay::None;
    };
    let ended =
        ENDS.into_iter().filter_map(|kind| facts.of_kind_after(kind, admitted.place).next());
    match ended.min_by_key(|fact| fact.place) {
        None => Stay::Running,
        Some(end) if end.place < trigger.place => Stay::None,
        Some(end) => Stay::EndedBy(end),
    }
}

/// Whether the step ends an episode of care: a discharge, care that moves to another provider, a patient
/// who leaves or dies.
fn ends_episode(step: &Step) -> bool {
    #[expect(clippy::wildcard_enum_match_arm, reason = "what else happens belongs to the episode")]
    match step {
        Step::AppointmentOutcomeRecorded(told) => {
            told.attendance_outcome == AttendanceOutcome::Discharged
        }
        Step::DnaClinicalDecisionMade(made) => made.dna_decision == DnaDecision::Discharge,
        Step::CareTransferredOut(passed) => passed.responsibility_transferred,
        Step::ReturnToPrimaryCareCommunicated(_)
        | Step::PatientLeftPathwayAgainstAdvice(_)
        | Step::PatientDied(_) => true,
        _ => false,
    }
}

/// The promise ended unkept: a breach where it was already overdue, else nothing was due.
pub(super) fn ended(due: Option<Due>, end: &Fact<'_>, missing: Vec<String>) -> Outcome {
    let overdue = due.filter(|due| due.last_moment() < end.span.0);
    match overdue {
        Some(due) => Outcome::Breached {
            since: OccurredAt::Instant(due.last_moment() + Duration::microseconds(1)),
            missing,
        },
        None => Outcome::NotApplicable { since: end.entry.occurred_at() },
    }
}
