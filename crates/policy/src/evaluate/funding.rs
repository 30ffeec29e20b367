//! Who pays: which contacts, stays and tests of a history are private, and what belongs to them.
//!
//! A step that says who pays is believed. One that does not is as the contact, stay or test that it
//! names; one that names none is the NHS's.

use std::collections::BTreeSet;

use steps::{Step, codes::Funding};

use super::probe;
use crate::Field;

/// What a step names: the fields of one row name the same kind of thing.
const NAMES: [&[&str]; 3] = [&["appointmentId", "contactId"], &["admissionId"], &["testId"]];

/// The contacts, stays and tests of a history that are paid for privately, by the place of their names.
#[derive(Debug, Default)]
pub(super) struct Private(BTreeSet<(usize, String)>);

impl Private {
    pub(super) fn of<'a>(steps: impl Iterator<Item = &'a Step> + Clone) -> Self {
        let mut private = Self::default();
        if !steps.clone().any(|step| said(step) == Some(Funding::Private)) {
            return private;
        }
        for step in steps.clone() {
            match said(step) {
                Some(Funding::Private) => private.0.extend(introduced(step)),
                // The latest word counts.
                Some(Funding::Nhs) => {
                    private.0.retain(|one| introduced(step).all(|nhs| nhs != *one));
                }
                None => {}
            }
        }
        // A test is as the contact at which it was asked for.
        let asked = steps.filter(|step| matches!(step, Step::TestRequested(_)));
        let tests = asked.filter(|step| said(step).is_none() && private.is_named_by(step));
        let tests: Vec<_> = tests.flat_map(introduced).collect();
        private.0.extend(tests);
        private
    }

    /// Who pays for what the step tells of.
    pub(super) fn funding(&self, step: &Step) -> Funding {
        if let Some(said) = said(step) {
            return said;
        }
        let is_private = !self.0.is_empty() && self.is_named_by(step);
        if is_private { Funding::Private } else { Funding::Nhs }
    }

    fn is_named_by(&self, step: &Step) -> bool {
        named(step).any(|one| self.0.contains(&one))
    }
}

/// Who pays, where the step itself says so.
fn said(step: &Step) -> Option<Funding> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "six steps say who pays")]
    match step {
        Step::AppointmentBooked(step) => step.funding,
        Step::OutpatientAttended(step) => step.funding,
        Step::DnaRecorded(step) => step.funding,
        Step::PatientAdmitted(step) => step.funding,
        Step::InpatientDischarged(step) => step.funding,
        Step::TestRequested(step) => step.funding,
        _ => None,
    }
}

/// The contact, stay or test that a step which says who pays is about.
fn introduced(step: &Step) -> impl Iterator<Item = (usize, String)> {
    let of_test = matches!(step, Step::TestRequested(_));
    // The contact at which a test was asked for may be the NHS's all the same.
    named(step).filter(move |(kind, _)| !of_test || *kind == 2)
}

/// Every contact, stay and test that a step names.
fn named(step: &Step) -> impl Iterator<Item = (usize, String)> {
    let fields = NAMES
        .iter()
        .enumerate()
        .flat_map(|(kind, names)| names.iter().map(move |name| (kind, *name)));
    fields.filter_map(|(kind, name)| {
        let value = probe::field(step, &Field::of(name))?;
        Some((kind, value.as_str()?.to_owned()))
    })
}
