//! Tests: requested, reported, reviewed by the requester's team, told to the patient (SEL 3.1).

use steps::{
    OccurredAt, OdsCode, Step, TestId,
    codes::{Priority, Urgency},
    tests_and_results::{Abnormality, ResultReported, TestRequested},
};

use super::Facts;
use crate::{
    State, When,
    answer::Missing,
    thread::{Mark, Thread},
};

/// How far a test has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Requested,
    Performed,
    Reported,
    Reviewed,
    Told,
}

/// One test.
#[derive(Debug)]
pub(super) struct Test {
    id: TestId,
    /// Who requested it and owns the result.
    owner: Option<OdsCode>,
    /// Who does it.
    department: Option<OdsCode>,
    urgency: Option<Urgency>,
    critical: bool,
    expected_by: Option<OccurredAt>,
    mark: Mark,
    stage: Stage,
}

impl Facts {
    #[expect(clippy::wildcard_enum_match_arm, reason = "all other steps are not about a test")]
    pub(super) fn result(&mut self, step: &Step, mark: Mark) {
        match step {
            Step::TestRequested(it) => self.requested(it, mark),
            Step::TestPerformed(it) => {
                let department = it.provider.clone();
                let test = self.test(&it.test_id, department.as_ref(), mark);
                test.department = department.or(test.department.take());
                test.reach(Stage::Performed, mark);
            }
            Step::ResultReported(it) => self.reported(it, mark),
            Step::ResultReviewed(it) => self.reviewed(&it.test_id, &it.organisation, mark),
            Step::ResultActioned(it) => self.reviewed(&it.test_id, &it.organisation, mark),
            Step::ResultCommunicatedToPatient(it) => {
                let test = self.test(&it.test_id, Some(&it.organisation), mark);
                if test.stage == Stage::Reviewed {
                    test.reach(Stage::Told, mark);
                }
            }
            _ => {}
        }
    }

    pub(super) fn test_threads(&self) -> Vec<Thread> {
        let cancer = self.who.priority == Some(Priority::UrgentSuspectedCancer);
        self.tests.iter().filter_map(|test| test.thread(cancer)).collect()
    }

    fn test(&mut self, id: &TestId, owner: Option<&OdsCode>, mark: Mark) -> &mut Test {
        let known = self.tests.iter().position(|test| test.id == *id);
        let place = known.unwrap_or(self.tests.len());
        if known.is_none() {
            let owner = self.who.provider.clone().or_else(|| owner.cloned());
            self.tests.push(Test {
                id: id.clone(),
                owner,
                department: None,
                urgency: None,
                critical: false,
                expected_by: None,
                mark,
                stage: Stage::Requested,
            });
        }
        #[expect(clippy::indexing_slicing, reason = "found or pushed just now")]
        &mut self.tests[place]
    }

    fn requested(&mut self, it: &TestRequested, mark: Mark) {
        let test = self.test(&it.test_id, Some(&it.requester), mark);
        test.owner = Some(it.result_owner.clone().unwrap_or_else(|| it.requester.clone()));
        test.department = it.provider.clone().or(test.department.take());
        test.urgency = Some(it.urgency);
        test.expected_by = it.result_expected_by;
    }

    fn reported(&mut self, it: &ResultReported, mark: Mark) {
        let test = self.test(&it.test_id, it.provider.as_ref(), mark);
        test.critical = matches!(it.abnormality, Abnormality::Critical | Abnormality::Unexpected)
            || matches!(it.urgency, Some(Urgency::Critical | Urgency::SameDay));
        test.urgency = it.urgency.or(test.urgency);
        test.stage = Stage::Reported;
        test.mark = mark;
    }

    /// Only the requester's own organisation can take the result off its hands.
    fn reviewed(&mut self, id: &TestId, by: &OdsCode, mark: Mark) {
        let test = self.test(id, Some(by), mark);
        if test.owner.as_ref().is_none_or(|owner| owner == by) {
            test.reach(Stage::Reviewed, mark);
        }
    }
}

impl Test {
    fn reach(&mut self, stage: Stage, mark: Mark) {
        if (self.stage as u8) < stage as u8 {
            self.stage = stage;
            self.mark = mark;
        }
    }

    fn thread(&self, cancer: bool) -> Option<Thread> {
        let kind = if self.critical { Some(When::Critical) } else { self.urgency.map(When::from) };
        let by_wait = if cancer { Some(When::UrgentSuspectedCancer) } else { None };
        let mut thread = match self.stage {
            Stage::Requested => {
                let department = self.department.clone().or_else(|| self.owner.clone());
                Thread::new(State::TestNotDone, self.mark).when(by_wait).at_organisation(department)
            }
            Stage::Performed => {
                let department = self.department.clone().or_else(|| self.owner.clone());
                let done = Thread::new(State::TestNotDone, self.mark).when(by_wait);
                let done = done.waiting(Missing::Report, department.clone()).due(self.expected_by);
                done.at_organisation(department)
            }
            Stage::Reported => Thread::new(State::ResultUnreviewed, self.mark)
                .when(kind)
                .at_organisation(self.owner.clone()),
            Stage::Reviewed => Thread::new(State::ResultNotTold, self.mark)
                .when(kind)
                .at_organisation(self.owner.clone()),
            Stage::Told => return None,
        };
        thread.critical = self.critical && self.stage == Stage::Reported;
        Some(thread)
    }
}
