//! Deaths of some months: what pathways tell and what persons' own streams tell, one case a person.

use std::collections::BTreeMap;

use policy::ExaminerBasis;
use projector::{Connection, named_params};
use steps::{OdsCode, PathwayId};
use uuid::Uuid;

use super::{Cursor, InterfaceError, Months, of_stream, select};
use crate::{Case, Register, Stage, examiner};

const DEATHS: &str = include_str!("deaths.sql");

/// Deaths at one office that have come so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseCount {
    /// The standing of the process on the day of death.
    pub basis: ExaminerBasis,
    /// The medical examiner's office; `None`: none was named yet.
    pub office: Option<OdsCode>,
    /// How far.
    pub stage: Stage,
    /// How many.
    pub count: u64,
}

impl Case {
    /// Its place among others: the one that has stood still longest first. It tells nothing of the person.
    pub fn cursor(&self) -> Cursor {
        Cursor::of(self.since, self.moved_by.0)
    }
}

/// The deaths of some months, one a person: the same death is told on each of their pathways.
pub fn cases(
    conn: &Connection,
    register: &Register,
    months: Months,
) -> Result<Vec<Case>, InterfaceError> {
    let asked = named_params! {
        ":first_month": months.first.number(),
        ":last_month": months.last.number(),
    };
    let on_pathways = select(conn, DEATHS, asked, examiner::read)?;
    let mut persons: BTreeMap<Uuid, Case> = BTreeMap::new();
    for case in on_pathways.into_iter().chain(register.in_months(months)) {
        let known = persons.remove(&case.person);
        let person = case.person;
        persons
            .insert(person, known.map_or_else(|| case.clone(), |known| known.joined(case.clone())));
    }
    Ok(persons.into_values().collect())
}

/// How many of the deaths of some months have come how far, by standing of the process and office; those
/// at one office alone where it is named.
pub fn case_counts(
    conn: &Connection,
    register: &Register,
    months: Months,
    office: Option<&OdsCode>,
) -> Result<Vec<CaseCount>, InterfaceError> {
    let mut counts: BTreeMap<(ExaminerBasis, Option<OdsCode>, Stage), u64> = BTreeMap::new();
    let all = cases(conn, register, months)?.into_iter();
    for case in all.filter(|case| office.is_none() || case.office.as_ref() == office) {
        *counts.entry((case.basis, case.office, case.stage)).or_default() += 1;
    }
    let counts = counts.into_iter();
    Ok(counts
        .map(|((basis, office, stage), count)| CaseCount { basis, office, stage, count })
        .collect())
}

/// The death that one stream tells of.
pub fn cases_of(conn: &Connection, stream: PathwayId) -> Result<Option<Case>, InterfaceError> {
    Ok(of_stream(conn, "death", stream, examiner::read)?.pop())
}
