//! The advice that a practice asked for: where each request stands, and who owes what by when.

use chrono::{DateTime, NaiveDate, Utc};
use pathway::{History, clock::ClockPolicy, london};
use projector::{Cell, Column, Connection, Index, Row, SqlError, SqlRow, Table, params};
use steps::{
    EventId, OccurredAt, OdsCode, PathwayId, ServiceId,
    advice_and_referral::Recommendation,
    codes::{Priority, Role},
};

use crate::{
    AdviceStanding, DuePolicy, State, When,
    answer::{Due, DueBasis, Owner},
    cells::{Cells, ID, INT, NEVER, TEXT, column, text},
    facts::{Advice, Facts},
    queries::pathway_id,
    roles::{role_code, role_from_code},
};

const ASKED_BY: &str = include_str!("queries/asked_by.sql");
const ASKED_BY_STANDING: &str = include_str!("queries/asked_by_standing.sql");

const COLUMNS: &[Column] = &[
    column("referrer", TEXT),
    column("standing", TEXT),
    column("due_by", INT),
    column("due", TEXT),
    column("due_source", TEXT),
    column("organisation", TEXT),
    column("role", TEXT),
    column("provider", TEXT),
    column("service", TEXT),
    column("priority", TEXT),
    column("asked_event", ID),
    column("asked_on", INT),
    column("since_on", INT),
    column("answered_on", INT),
    column("recommendation", TEXT),
];

/// One row a request for advice.
pub(crate) const TABLE: Table = Table {
    name: "asked_advice",
    columns: COLUMNS,
    indexes: &[
        Index { name: "asked_advice_by_referrer", columns: &["referrer", "due_by"], only: None },
        Index {
            name: "asked_advice_by_standing",
            columns: &["referrer", "standing", "due_by"],
            only: None,
        },
    ],
};

/// A request for advice, as who asked sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedAdvice {
    /// The step that asked.
    pub event: EventId,
    /// The day it was asked.
    pub asked_on: NaiveDate,
    /// The practice that asked, where known.
    pub referrer: Option<OdsCode>,
    /// The organisation that was asked, where known.
    pub provider: Option<OdsCode>,
    /// The service that was asked.
    pub service: ServiceId,
    /// How urgent it is.
    pub priority: Priority,
    /// Where it stands.
    pub standing: AdviceStanding,
    /// Since when it stands there.
    pub since_on: NaiveDate,
    /// Who has to act; `None` once it is settled.
    pub owner: Option<Owner>,
    /// By when.
    pub due: Option<Due>,
    /// The day of the answer.
    pub answered_on: Option<NaiveDate>,
    /// What the specialist recommends.
    pub recommendation: Option<Recommendation>,
}

impl AskedAdvice {
    /// Whether what is owed is late at that moment.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.due.as_ref().is_some_and(|due| due.deadline() < now)
    }
}

/// The requests for advice of a pathway, in the order in which they were asked.
pub fn asked_advice(
    history: &History,
    policy: &DuePolicy,
    clock: &ClockPolicy,
) -> Vec<AskedAdvice> {
    of(&Facts::of(history, clock), policy)
}

fn of(facts: &Facts, policy: &DuePolicy) -> Vec<AskedAdvice> {
    facts.advice.iter().map(|advice| one(advice, facts, policy)).collect()
}

fn one(advice: &Advice, facts: &Facts, policy: &DuePolicy) -> AskedAdvice {
    let provider = advice.provider.as_ref().or(facts.who.provider.as_ref());
    let referrer = advice.referrer.as_ref().or_else(|| facts.who.practice());
    let (state, owner) = match advice.standing {
        AdviceStanding::Asked => (Some(State::AdviceAwaiting), provider),
        AdviceStanding::NeedsInformation => (Some(State::AdviceNeedsInformation), referrer),
        AdviceStanding::Answered => (Some(State::AdviceReturned), referrer),
        AdviceStanding::Referred | AdviceStanding::Converted | AdviceStanding::Closed => {
            (None, None)
        }
    };
    AskedAdvice {
        event: advice.asked.event,
        asked_on: london::date(advice.asked.at),
        referrer: referrer.cloned(),
        provider: provider.cloned(),
        service: advice.service.clone(),
        priority: advice.priority,
        standing: advice.standing,
        since_on: london::date(advice.since.at),
        owner: state.map(|state| Owner { organisation: owner.cloned(), role: state.role() }),
        due: state.and_then(|state| due(advice, state, policy)),
        answered_on: advice.answered.map(|mark| london::date(mark.at)),
        recommendation: advice.recommendation,
    }
}

fn due(advice: &Advice, state: State, policy: &DuePolicy) -> Option<Due> {
    if let Some(at) = advice.due {
        return Some(Due { at, basis: DueBasis::Recorded });
    }
    let (at, source) =
        policy.due(state, Some(When::from(advice.priority)), advice.since.at, None)?;
    Some(Due { at, basis: DueBasis::Setting(source.to_owned()) })
}

/// The rows of a pathway.
pub(crate) fn rows(facts: &Facts, policy: &DuePolicy) -> Vec<Row> {
    let rows = (0..).zip(of(facts, policy));
    rows.map(|(seq, advice)| Row { table: 1, seq, cells: cells(&advice) }).collect()
}

fn cells(advice: &AskedAdvice) -> Vec<Cell> {
    let due = advice.due.as_ref();
    let owner = advice.owner.as_ref();
    let source = due.and_then(|due| match &due.basis {
        DueBasis::Setting(source) => Some(source),
        DueBasis::Recorded | DueBasis::Appointment => None,
    });
    vec![
        text(advice.referrer.as_ref()),
        standing_code(advice.standing).into(),
        due.map_or(Cell::from(NEVER), |due| due.deadline().into()),
        text(due.map(|due| due.at.to_string())),
        text(source),
        text(owner.and_then(|owner| owner.organisation.as_ref())),
        owner.map(|owner| role_code(owner.role)).into(),
        text(advice.provider.as_ref()),
        advice.service.as_str().into(),
        priority_code(advice.priority).into(),
        advice.event.0.into(),
        advice.asked_on.into(),
        advice.since_on.into(),
        advice.answered_on.into(),
        advice.recommendation.map(recommendation_code).into(),
    ]
}

/// Whose requests are asked for.
#[derive(Debug, Clone, Copy)]
pub struct AskedBy<'a> {
    /// The practice that asked.
    pub referrer: &'a OdsCode,
    /// Those that stand so; `None`: all.
    pub standing: Option<AdviceStanding>,
    /// After this row: its due date in microseconds, its number and its place on the pathway.
    pub after: Option<(i64, i64, u32)>,
    /// At most so many.
    pub first: u32,
}

/// A request in the list of who asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedRow {
    /// The pathway.
    pub pathway_id: PathwayId,
    /// The request.
    pub advice: AskedAdvice,
    /// Its place in the list.
    pub cursor: (i64, i64, u32),
}

/// The requests of a practice: what is owed first, by its day; what is settled last.
pub fn asked_by(conn: &Connection, asked: &AskedBy<'_>) -> Result<Vec<AskedRow>, SqlError> {
    let (due_by, no, seq) = asked.after.unwrap_or((i64::MIN, i64::MIN, 0));
    let referrer = asked.referrer.as_str();
    if let Some(standing) = asked.standing {
        let given = params![referrer, due_by, no, seq, asked.first, standing_code(standing)];
        return conn.all(ASKED_BY_STANDING, given, read);
    }
    conn.all(ASKED_BY, params![referrer, due_by, no, seq, asked.first], read)
}

fn read(row: &SqlRow<'_>) -> Result<AskedRow, SqlError> {
    let cursor = (row.get(5)?, row.get(1)?, row.get(2)?);
    let mut cells = Cells::of(row, 3);
    let referrer = cells.parsed()?;
    let standing = cells.read(standing_from)?;
    cells.skip();
    let due: Option<OccurredAt> = cells.parsed()?;
    let source = cells.text()?.map(str::to_owned);
    let organisation = cells.parsed()?;
    let role: Option<Role> = cells.text()?.and_then(role_from_code);
    let advice = AskedAdvice {
        referrer,
        standing,
        due: due.map(|at| Due { at, basis: source.map_or(DueBasis::Recorded, DueBasis::Setting) }),
        owner: role.map(|role| Owner { organisation, role }),
        provider: cells.parsed()?,
        service: cells.read(|raw| raw.parse().ok())?,
        priority: cells.read(|raw| code_in(Priority::ALL, priority_code, raw))?,
        event: EventId(cells.id()?.unwrap_or_default()),
        asked_on: cells.day()?.unwrap_or_default(),
        since_on: cells.day()?.unwrap_or_default(),
        answered_on: cells.day()?,
        recommendation: cells
            .text()?
            .and_then(|raw| code_in(Recommendation::ALL, recommendation_code, raw)),
    };
    Ok(AskedRow { pathway_id: pathway_id(row)?, advice, cursor })
}

fn code_in<T: Copy>(all: &[T], code: fn(T) -> &'static str, raw: &str) -> Option<T> {
    all.iter().copied().find(|one| code(*one) == raw)
}

const STANDINGS: [(AdviceStanding, &str); 6] = [
    (AdviceStanding::Asked, "ASKED"),
    (AdviceStanding::NeedsInformation, "NEEDS_INFORMATION"),
    (AdviceStanding::Answered, "ANSWERED"),
    (AdviceStanding::Referred, "REFERRED"),
    (AdviceStanding::Converted, "CONVERTED"),
    (AdviceStanding::Closed, "CLOSED"),
];

fn standing_code(standing: AdviceStanding) -> &'static str {
    let found = STANDINGS.iter().find(|(known, _)| *known == standing);
    found.map_or("ASKED", |(_, code)| code)
}

fn standing_from(code: &str) -> Option<AdviceStanding> {
    STANDINGS.iter().find(|(_, known)| *known == code).map(|(standing, _)| *standing)
}

const fn priority_code(priority: Priority) -> &'static str {
    match priority {
        Priority::Routine => "ROUTINE",
        Priority::Urgent => "URGENT",
        Priority::UrgentSuspectedCancer => "URGENT_SUSPECTED_CANCER",
    }
}

const fn recommendation_code(recommendation: Recommendation) -> &'static str {
    match recommendation {
        Recommendation::AdviceOnlyNoReferralRecommended => "ADVICE_ONLY_NO_REFERRAL_RECOMMENDED",
        Recommendation::AdviceFollowedByReferralIfRequired => {
            "ADVICE_FOLLOWED_BY_REFERRAL_IF_REQUIRED"
        }
        Recommendation::ReferralRecommended => "REFERRAL_RECOMMENDED",
        Recommendation::Other => "OTHER",
    }
}
