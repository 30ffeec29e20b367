//! The cancer or diagnostic clocks of one pathway, and what each step did to them.

use async_graphql::{ID, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use pathway::{
    History,
    cancer_and_diagnostics::{self as rules, Kind, Rule, Standards, cancer, diagnostics},
};
use serde::Serialize;
use steps::EventId;

use super::super::{clock_why::in_words, scalars::Date, targets::Certainty};

/// A rule of the cancer and diagnostic clocks.
#[derive(SimpleObject)]
pub struct StandardRule {
    /// Its code.
    code: &'static str,
    /// What it says.
    what: &'static str,
    /// Where it stands; null: the settings never held it.
    source: Option<String>,
    /// How sure we are of it.
    certainty: Option<Certainty>,
}

/// The cancer clocks, or the diagnostic clocks, of a pathway.
#[derive(SimpleObject)]
pub struct StandardClocks {
    /// The clocks, in the order in which they started.
    clocks: Vec<StandardClock>,
    /// What each step did, and why.
    why: Vec<StandardMove>,
}

/// A clock of a cancer standard or of a test.
#[derive(SimpleObject)]
pub struct StandardClock {
    /// CANCER_28_DAY, CANCER_31_DAY, CANCER_62_DAY or DM01.
    standard: &'static str,
    /// A route, CONSULTANT_UPGRADE, FIRST_TREATMENT, SUBSEQUENT_TREATMENT or TEST.
    part: &'static str,
    /// What kind of treatment or test it waits for.
    modality: Option<String>,
    /// Which of the fifteen tests of the diagnostics return; null: none, or the request does not say.
    test: Option<String>,
    /// The date it counts from.
    start: Date,
    /// The date it first counted from, before any reset.
    first_start: Date,
    /// The rule that started it.
    started_by: StandardRule,
    /// The step that started it.
    started_by_event: ID,
    /// The date it ended.
    stop: Option<Date>,
    /// The rule that ended it.
    stopped_by: Option<StandardRule>,
    /// The step that ended it.
    stopped_by_event: Option<ID>,
    /// Whether what was waited for happened, so that it counts in the figures; null: it is open.
    counts: Option<bool>,
    /// Days waited, until it ended or today, without those taken off; null where it ended before
    /// the day it counts from.
    days: Option<u32>,
    /// Days taken off.
    days_not_counted: u32,
    /// The most days within the standard that is in force on the day it counts from; null: none is.
    within_days_max: Option<u32>,
    /// Whether it is within the standard so far, or was when it ended.
    is_within: Option<bool>,
    /// Who reports it.
    provider: Option<String>,
}

/// What a step did to a cancer or diagnostic clock, and by which rule.
#[derive(SimpleObject)]
pub struct StandardMove {
    /// The step.
    event_id: ID,
    /// What it is.
    title: String,
    /// The date on which it counts.
    on: Date,
    /// The standard it speaks to.
    standard: &'static str,
    /// The rule.
    rule: StandardRule,
    /// STARTED, STOPPED, RESET, ADJUSTED, CLOSED, STAYED or REJECTED.
    effect: &'static str,
    /// Why it did no more, in plain English.
    reason: Option<&'static str>,
    /// The clock it concerns, by its place among the clocks from 0.
    clock: Option<usize>,
    /// Who recorded it, as a role at an organisation.
    recorded_by: Option<String>,
}

impl StandardClocks {
    /// The cancer clocks at a moment.
    pub(crate) fn of_cancer(standards: &Standards, history: &History, at: DateTime<Utc>) -> Self {
        Self::of(history, standards, cancer::clocks(history, standards), at)
    }

    /// The clocks of tests at a moment.
    pub(crate) fn of_tests(standards: &Standards, history: &History, at: DateTime<Utc>) -> Self {
        Self::of(history, standards, diagnostics::clocks(history, standards), at)
    }

    fn of(
        history: &History,
        standards: &Standards,
        made: rules::StandardClocks,
        at: DateTime<Utc>,
    ) -> Self {
        let today = pathway::london::date_of(at);
        let clocks = made.clocks.iter();
        let moves = made.moves.iter();
        Self {
            clocks: clocks.map(|one| StandardClock::of(standards, one, today)).collect(),
            why: moves.map(|one| StandardMove::of(history, standards, one)).collect(),
        }
    }
}

impl StandardClock {
    fn of(standards: &Standards, clock: &rules::StandardClock, today: NaiveDate) -> Self {
        let end = clock.end.as_ref();
        let until = end.map_or(today, |end| end.date);
        let days = clock.days(until);
        let within_days_max = clock.limit(standards).map(|limit| limit.within_days_max);
        let (modality, test) = words_of(&clock.kind);
        Self {
            standard: clock.standard().code(),
            part: cancer::part_of(&clock.kind),
            modality,
            test,
            start: Date(clock.start()),
            first_start: Date(clock.first_start),
            started_by: StandardRule::of(standards, clock.started_by, clock.first_start),
            started_by_event: clock.start_event.0.into(),
            stop: end.map(|end| Date(end.date)),
            stopped_by: end.map(|end| StandardRule::of(standards, end.rule, end.date)),
            stopped_by_event: end.map(|end| end.event_id.0.into()),
            counts: end.map(|end| end.counts),
            days,
            days_not_counted: clock.days_away(clock.start(), until),
            within_days_max,
            is_within: days.zip(within_days_max).map(|(days, most)| days <= most),
            provider: clock.provider.as_ref().map(ToString::to_string),
        }
    }
}

/// Modality and test, as the steps write them.
fn words_of(kind: &Kind) -> (Option<String>, Option<String>) {
    match kind {
        Kind::Diagnosis(_) | Kind::FromReferral(_) => (None, None),
        Kind::FromDecision(_, modality) => (word(modality), None),
        Kind::Test { modality, test, .. } => (word(modality), test.as_ref().and_then(word)),
    }
}

fn word(code: &impl Serialize) -> Option<String> {
    serde_json::to_value(code).ok()?.as_str().map(str::to_owned)
}

impl StandardMove {
    fn of(history: &History, standards: &Standards, one: &rules::Move) -> Self {
        Self {
            event_id: one.event_id.0.into(),
            title: one.kind.title(),
            on: Date(one.on),
            standard: one.standard.code(),
            rule: StandardRule::of(standards, one.rule, one.on),
            effect: one.effect.code(),
            reason: one.effect.reason().map(rules::Reason::sentence),
            clock: one.clock,
            recorded_by: recorded_by(history, one.event_id),
        }
    }
}

impl StandardRule {
    fn of(standards: &Standards, rule: Rule, on: NaiveDate) -> Self {
        let told = standards.told(rule, on);
        Self {
            code: rule.code(),
            what: rule.what(),
            source: told.map(|setting| setting.source.clone()),
            certainty: told.map(|setting| setting.certainty.into()),
        }
    }
}

fn recorded_by(history: &History, event_id: EventId) -> Option<String> {
    history.told(event_id)?.actor.as_ref().map(in_words)
}
