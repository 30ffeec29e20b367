//! The medical examiner's cases: how far each death has come, at which office, and under which standing
//! of the process (medical examiner, in law from 9 September 2024).

use chrono::NaiveDate;
use pathway::{Entry, History, Month, london};
use policy::{ExaminerBasis, InterfaceRules};
use projector::{Cell, Column, Index, SqlRow, Table};
use serde::{Deserialize, Serialize};
use steps::{EventId, OccurredAt, OdsCode, Step, named_by_rules::ScrutinyOutcome};
use uuid::Uuid;

use crate::{
    InterfaceError,
    cells::{coded, event, id, int, moment, moment_cells, parsed, text, uuid, word_cell},
};

/// How far a death has come on the way to the registrar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Stage {
    /// Reported; no certificate yet.
    AwaitingCertificate,
    /// The attending practitioner has completed the certificate.
    Certified,
    /// With the medical examiner's office.
    WithExaminer,
    /// Amended by the examiner: the doctor issues it again.
    BackWithDoctor,
    /// Agreed; the office sends it to the registrar.
    Agreed,
    /// With the coroner.
    WithCoroner,
    /// Sent to the registrar.
    SentToRegistrar,
}

impl Stage {
    /// Every stage, in their order.
    pub const ALL: &'static [Self] = &[
        Self::AwaitingCertificate,
        Self::Certified,
        Self::WithExaminer,
        Self::BackWithDoctor,
        Self::Agreed,
        Self::WithCoroner,
        Self::SentToRegistrar,
    ];
}

/// A death, on its way to the registrar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The person; where no step names one, the stream that tells of it.
    pub person: Uuid,
    /// How far it has come.
    pub stage: Stage,
    /// Since when.
    pub since: OccurredAt,
    /// When the person died; where that was not told, the first step about the death.
    pub died_at: OccurredAt,
    /// The standing of the process on that day.
    pub basis: ExaminerBasis,
    /// The medical examiner's office.
    pub office: Option<OdsCode>,
    /// When it came to the office.
    pub referred_at: Option<OccurredAt>,
    /// The last step that moved it.
    pub moved_by: EventId,
}

impl Case {
    /// What two streams tell of one death: as far as the further of them, with what either knows.
    #[must_use]
    pub(crate) fn joined(self, other: Self) -> Self {
        let (further, nearer) =
            if (other.stage, order(other.since)) > (self.stage, order(self.since)) {
                (other, self)
            } else {
                (self, other)
            };
        Self {
            office: further.office.clone().or(nearer.office),
            referred_at: further.referred_at.or(nearer.referred_at),
            ..further
        }
    }
}

fn order(at: OccurredAt) -> chrono::DateTime<chrono::Utc> {
    london::bounds(at).0
}

/// The case of a history; `None` where it tells of no death.
pub(crate) fn case_in(history: &History, rules: &InterfaceRules) -> Option<Case> {
    let mut case: Option<Case> = None;
    let mut person = history.pathway_id().0;
    for entry in history.entries() {
        if let Step::PathwaySubject(step) = entry.step() {
            person = step.subject_ref.0;
        }
        if let (Step::PatientDied(_), Some(known)) = (entry.step(), case.as_mut()) {
            (known.died_at, known.basis) = (entry.occurred_at(), rules.examiner(entry.date()));
        }
        let Some((stage, office)) = moved_to(entry.step(), case.as_ref()) else { continue };
        let known = case.get_or_insert_with(|| begun(entry, rules));
        if known.stage != Stage::SentToRegistrar {
            known.stage = stage;
            known.since = entry.occurred_at();
            known.moved_by = entry.event_id();
        }
        known.office = office.cloned().or_else(|| known.office.take());
        if stage == Stage::WithExaminer {
            known.referred_at.get_or_insert(entry.occurred_at());
        }
    }
    case.map(|case| Case { person, ..case })
}

fn begun(entry: &Entry, rules: &InterfaceRules) -> Case {
    Case {
        person: Uuid::nil(),
        stage: Stage::AwaitingCertificate,
        since: entry.occurred_at(),
        died_at: entry.occurred_at(),
        basis: rules.examiner(entry.date()),
        office: None,
        referred_at: None,
        moved_by: entry.event_id(),
    }
}

/// To which stage a step brings a death, and the office where it names one; `None`: it is about
/// something else, or tells again of a death that is known.
fn moved_to<'a>(step: &'a Step, case: Option<&Case>) -> Option<(Stage, Option<&'a OdsCode>)> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "six steps are about a death")]
    match step {
        Step::PatientDied(_) => case.is_none().then_some((Stage::AwaitingCertificate, None)),
        Step::MccdCompleted(_) => {
            // Issued again after scrutiny, it is with the examiner who asked for it.
            let with_examiner = case.is_some_and(|case| case.referred_at.is_some());
            Some((if with_examiner { Stage::WithExaminer } else { Stage::Certified }, None))
        }
        Step::ReferredToMedicalExaminer(step) => {
            Some((Stage::WithExaminer, Some(&step.to_organisation)))
        }
        Step::MedicalExaminerScrutinyCompleted(step) => {
            let stage = match step.scrutiny_outcome {
                ScrutinyOutcome::Agreed => Stage::Agreed,
                ScrutinyOutcome::Amended => Stage::BackWithDoctor,
                ScrutinyOutcome::ToCoroner => Stage::WithCoroner,
            };
            Some((stage, Some(&step.organisation)))
        }
        Step::CoronerNotified(_) => Some((Stage::WithCoroner, None)),
        Step::MccdSentToRegistrar(step) => Some((Stage::SentToRegistrar, Some(&step.organisation))),
        _ => None,
    }
}

const COLUMNS: &[Column] = &[
    id("person"),
    text("stage"),
    int("since"),
    int("since_day"),
    int("died"),
    int("died_day"),
    int("month"),
    text("basis"),
    text("office"),
    int("referred"),
    int("referred_day"),
    id("moved_by"),
];

/// The table of deaths that pathways tell of.
pub(crate) const TABLE: Table = Table {
    name: "death",
    columns: COLUMNS,
    indexes: &[Index { name: "death_by_month", columns: &["month"], only: None }],
};

pub(crate) fn cells(one: &Case) -> Vec<Cell> {
    let [since, since_day] = moment_cells(Some(one.since));
    let [died, died_day] = moment_cells(Some(one.died_at));
    let [referred, referred_day] = moment_cells(one.referred_at);
    vec![
        one.person.into(),
        word_cell(one.stage),
        since,
        since_day,
        died,
        died_day,
        Month::of_step(one.died_at).number().into(),
        one.basis.code().into(),
        one.office.as_ref().map(OdsCode::as_str).into(),
        referred,
        referred_day,
        one.moved_by.0.into(),
    ]
}

pub(crate) fn read(row: &SqlRow<'_>) -> Result<Case, InterfaceError> {
    let broken = || InterfaceError::Broken;
    Ok(Case {
        person: uuid(row, "person")?.ok_or_else(broken)?,
        stage: coded(row, "stage")?,
        since: moment(row, "since", "since_day")?.ok_or_else(broken)?,
        died_at: moment(row, "died", "died_day")?.ok_or_else(broken)?,
        basis: coded(row, "basis")?,
        office: parsed(row, "office")?,
        referred_at: moment(row, "referred", "referred_day")?,
        moved_by: event(row, "moved_by")?.ok_or_else(broken)?,
    })
}

/// Whether the person died on one of these local days.
pub(crate) fn is_of(case: &Case, first: NaiveDate, last: NaiveDate) -> bool {
    let day = london::date(case.died_at);
    first <= day && day <= last
}
