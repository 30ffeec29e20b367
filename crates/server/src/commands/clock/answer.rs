//! What is said of one pathway: its periods, and for every step what it did to the clock and why.

use chrono::NaiveDate;
use pathway::{
    Clock, Month,
    clock::{ClockPolicy, Counted, Move, Period as ClockPeriod, Reason, Row, Silent, waiting},
};
use serde::Serialize;
use serde_json::Value;
use steps::{EventId, codes::Role};

use super::group::Group;

/// The answer for one pathway.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    /// The pathway, as the lines name it.
    pub(super) pathway: Value,
    /// The census day.
    pub(super) on: NaiveDate,
    /// The state of the clock at the end of that day.
    pub(super) state: &'static str,
    pub(super) periods: Vec<Period>,
    pub(super) why: Vec<Why>,
}

/// A rule: a row of the decision table.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule {
    pub(super) row: u8,
    pub(super) what: &'static str,
    /// Where it stands, as the decision table has it.
    pub(super) section: &'static str,
    /// The same, written out.
    pub(super) guidance: String,
}

/// One waiting period, as it stood at the end of the census day. That it counts nowhere, because a later
/// step nullified it, holds on every day.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Period {
    /// Its number, from 1.
    #[serde(rename = "period")]
    pub(super) number: usize,
    /// None: unknown, and still reported.
    pub(super) clock_start: Option<NaiveDate>,
    pub(super) started_by: Rule,
    pub(super) started_by_event: EventId,
    /// The day from which it is on a list.
    pub(super) listed_from: NaiveDate,
    pub(super) clock_stop: Option<NaiveDate>,
    /// The national code.
    pub(super) stop_status: Option<&'static str>,
    pub(super) stopped_by: Option<Rule>,
    pub(super) stopped_by_event: Option<EventId>,
    /// Where it is open on the census day: the day of a stop that came after it.
    pub(super) stops_later: Option<NaiveDate>,
    /// An admission for treatment that no step has confirmed yet.
    pub(super) provisional: bool,
    pub(super) nullified: bool,
    /// To the stop, or to the census day; none where the start is unknown or still to come.
    pub(super) days: Option<u32>,
    /// The index of the week band, 0 to 104.
    pub(super) band: Option<usize>,
    pub(super) band_label: Option<String>,
    pub(super) within_18_weeks: Option<bool>,
    /// Where it counts in the national return.
    pub(super) counts_in: Vec<CountsIn>,
    pub(super) decision_to_admit: Option<NaiveDate>,
    /// The place on the list, where that is kept apart from the start.
    pub(super) queue_position: Option<NaiveDate>,
    pub(super) provider: Option<String>,
    pub(super) treatment_function: Option<String>,
    pub(super) commissioner: Option<String>,
    /// What is wrong with it as data.
    pub(super) findings: Vec<&'static str>,
}

/// A part of the return.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CountsIn {
    /// 1A, 1B, 2, 2A or 3.
    pub(super) part: &'static str,
    /// The day of the stop, of the start, or the census day.
    pub(super) on: NaiveDate,
    /// The month of the return.
    pub(super) month: String,
}

/// What one step did to the clock, and why it did no more.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Why {
    /// The day on which it counts.
    pub(super) on: NaiveDate,
    pub(super) step: &'static str,
    pub(super) event_id: EventId,
    pub(super) line: Option<u64>,
    pub(super) recorded_by: Option<RecordedBy>,
    pub(super) source: Option<String>,
    /// The correction in force, where there is one.
    pub(super) corrected_by: Option<EventId>,
    pub(super) rule: Rule,
    pub(super) from_state: Option<&'static str>,
    pub(super) to_state: Option<&'static str>,
    pub(super) effect: &'static str,
    /// Whether the clock moved.
    pub(super) moved: bool,
    pub(super) reason: Option<&'static str>,
    /// The RTT period status of the activity.
    pub(super) status: Option<&'static str>,
    /// The number of the period it concerns.
    pub(super) period: Option<usize>,
    /// The version of the settings in force on that day.
    pub(super) policy_version: u32,
}

/// Who recorded a step.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RecordedBy {
    pub(super) role: Role,
    pub(super) organisation: String,
}

impl Answer {
    /// The clock of a pathway under `policy`, with `on` as the census day.
    pub(super) fn of(group: &Group, policy: &ClockPolicy, on: NaiveDate) -> Self {
        let clock = Clock::of(&group.history, policy);
        let moved = clock.moves.iter().map(|made| Why::of_move(group, policy, made));
        let silent = clock.silent(&group.history);
        let silent = silent.iter().map(|step| Why::of_silent(group, policy, step));
        let mut why: Vec<Why> = moved.chain(silent).collect();
        why.sort_by_key(|why| why.on);
        let periods = clock.periods.iter().zip(1..);
        Self {
            pathway: group.key.clone(),
            on,
            state: clock.state_on(on).name(),
            periods: periods.map(|(period, no)| Period::of(period, no, policy, on)).collect(),
            why,
        }
    }
}

impl Rule {
    fn of(row: Row) -> Self {
        let (what, section, guidance) = (row.what(), row.section(), row.guidance());
        Self { row: row.number(), what, section, guidance }
    }
}

impl Period {
    /// The period as it stood at the end of the day: what came later is not in it but for
    /// `stops_later`.
    fn of(period: &ClockPeriod, number: usize, policy: &ClockPolicy, on: NaiveDate) -> Self {
        let (start, stop) = (&period.start, period.end.as_ref());
        let end = stop.filter(|stop| stop.date <= on);
        let until = end.map_or(on, |end| end.date);
        let days = start.date.and_then(|from| waiting::days(from, until));
        let band = days.map(waiting::band);
        let segment = period.reported_on(until);
        let counted = period.counted(on, policy).into_iter().filter(|one| one.on <= on);
        Self {
            number,
            clock_start: start.date,
            started_by: Rule::of(start.row),
            started_by_event: start.event_id,
            listed_from: start.listed_from,
            clock_stop: end.map(|end| end.date),
            stop_status: end.and_then(|end| end.status.code()),
            stopped_by: end.map(|end| Rule::of(end.row)),
            stopped_by_event: end.map(|end| end.event_id),
            stops_later: stop.map(|stop| stop.date).filter(|stop| *stop > on),
            provisional: end.is_some_and(|end| end.provisional),
            nullified: period.nullified,
            days,
            band,
            band_label: band.map(waiting::band_label),
            within_18_weeks: days.map(waiting::within_18_weeks),
            counts_in: counted.map(CountsIn::of).collect(),
            decision_to_admit: period.decision_to_admit.filter(|decided| *decided <= on),
            queue_position: period.queue_position,
            provider: segment.map(|segment| segment.provider.to_string()),
            treatment_function: segment.map(|segment| segment.function.to_string()),
            commissioner: segment
                .and_then(|one| one.commissioner.as_ref())
                .map(ToString::to_string),
            findings: findings(period, on),
        }
    }
}

/// What a validator has to look at on that day.
fn findings(period: &ClockPeriod, on: NaiveDate) -> Vec<&'static str> {
    let end = period.end.as_ref().filter(|end| end.date <= on);
    let found = [
        (period.start.date.is_none(), "the start is unknown: ask the provider before"),
        (period.start.listed_from > on, "START_AFTER_CENSUS: it starts after this day"),
        (end.is_some_and(|end| end.provisional), "treatment after the admission is not confirmed"),
        (period.segments.is_empty(), "no step names a provider and a treatment function"),
    ];
    found.into_iter().filter(|(is_so, _)| *is_so).map(|(_, what)| what).collect()
}

impl CountsIn {
    fn of(counted: Counted) -> Self {
        let month = Month::of(counted.on).to_string();
        Self { part: counted.part.name(), on: counted.on, month }
    }
}

impl Why {
    fn of_move(group: &Group, policy: &ClockPolicy, made: &Move) -> Self {
        Self {
            rule: Rule::of(made.row),
            from_state: Some(made.from.name()),
            to_state: Some(made.to.name()),
            effect: made.effect.name(),
            moved: made.has_moved(),
            reason: made.effect.reason().map(Reason::sentence),
            status: made.status.and_then(steps::codes::RttStatus::code),
            period: made.period.map(|index| index + 1),
            ..Self::of_silent(group, policy, &made.unsaid())
        }
    }

    fn of_silent(group: &Group, policy: &ClockPolicy, step: &Silent) -> Self {
        let told_at = group.told_at.get(&step.event_id);
        let by = told_at.and_then(|told| told.by.as_ref()).map(RecordedBy::of);
        let mut entries = group.history.entries().iter();
        let entry = entries.find(|entry| entry.event_id() == step.event_id);
        Self {
            on: step.on,
            step: step.kind.name(),
            event_id: step.event_id,
            line: told_at.map(|told| told.line),
            recorded_by: by,
            source: told_at.and_then(|told| told.source.clone()),
            corrected_by: entry.and_then(|entry| entry.corrected_by),
            rule: Rule::of(step.why.row()),
            from_state: None,
            to_state: None,
            effect: step.why.name(),
            moved: false,
            reason: Some(step.why.sentence()),
            status: None,
            period: None,
            policy_version: policy.version_on(step.on),
        }
    }
}

impl RecordedBy {
    fn of(by: &super::read::By) -> Self {
        Self { role: by.role, organisation: by.organisation.to_string() }
    }
}
