//! Admissions and shared care.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use steps::{
    Label, MedicineId, OccurredAt, Step,
    admission_and_medicines::{AdmissionIntent, PatientAdmitted, ScheduledMonitoring},
    clock_and_list::{NotDoneReason, ProcedureNotCarriedOut},
};

use super::Facts;
use crate::{
    State,
    thread::{Mark, Thread},
};

/// Shared care of one medicine.
#[derive(Debug)]
pub(super) struct SharedCare {
    medicine: MedicineId,
    schedule: Vec<ScheduledMonitoring>,
    done: BTreeMap<Label, u32>,
    pub(super) thread: Thread,
}

impl Facts {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "all other steps are not about an admission"
    )]
    pub(super) fn admission(&mut self, step: &Step, mark: Mark) {
        match step {
            Step::PatientAdmitted(it) => self.admitted(it, mark),
            Step::ProcedureNotCarriedOut(it) => self.not_carried_out(it, mark),
            Step::InpatientDischarged(it) => {
                self.owe_summary(it.admission_id.clone(), &it.provider, mark);
                self.left_hospital(mark);
            }
            Step::PatientSelfDischarged(it) => {
                self.owe_summary(it.admission_id.clone(), &it.provider, mark);
                self.left_hospital(mark);
            }
            Step::PatientLeftPathwayAgainstAdvice(it) => {
                if let Some(appointment) = &it.appointment_id {
                    self.owe_clinic_letter(appointment, &it.provider, mark);
                }
                self.stage_at(State::BackWithPractice, mark);
            }
            _ => {}
        }
    }

    fn admitted(&mut self, it: &PatientAdmitted, mark: Mark) {
        self.came_in(mark.at);
        let before = self.stage.take();
        self.after_admission = match it.admission_intent {
            AdmissionIntent::FirstDefinitiveTreatment if it.for_this_period != Some(false) => {
                Some(Thread::new(State::BackWithPractice, mark))
            }
            AdmissionIntent::FirstDefinitiveTreatment
            | AdmissionIntent::Diagnostic
            | AdmissionIntent::PreOperative
            | AdmissionIntent::PreTreatment
            | AdmissionIntent::Emergency
            | AdmissionIntent::RegularPlanned => before,
        };
        self.seen = true;
        let admitted = Thread::new(State::Admitted, mark);
        self.set_stage(admitted.at_organisation(Some(it.provider.clone())));
    }

    fn not_carried_out(&mut self, it: &ProcedureNotCarriedOut, mark: Mark) {
        let after = match (it.still_needed, it.not_done_reason) {
            (true, NotDoneReason::NonClinical) => {
                let due = it.rebook_by.map(OccurredAt::Day);
                Thread::new(State::TreatmentCancelled, mark).due(due)
            }
            (true, NotDoneReason::Clinical | NotDoneReason::Patient) => {
                Thread::new(State::OnAdmittedList, mark)
            }
            (false, _) => Thread::new(State::AttendedNoOutcome, mark),
        };
        if self.stage_is(|state| state == State::Admitted) {
            self.after_admission = Some(after);
        } else {
            self.set_stage(after);
        }
    }

    /// What was open before an admission that was not the treatment goes on after it.
    fn left_hospital(&mut self, mark: Mark) {
        let next = self.after_admission.take();
        let next = next.unwrap_or_else(|| Thread::new(State::AttendedNoOutcome, mark));
        self.set_stage(next);
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "all other steps are not about shared care")]
    pub(super) fn shared_care(&mut self, step: &Step, mark: Mark) {
        match step {
            Step::SharedCareProposed(it) => {
                let proposed = Thread::new(State::SharedCareProposed, mark);
                let proposed = proposed.at_organisation(Some(it.provider.clone()));
                self.put_shared_care(&it.medicine_id, Vec::new(), proposed);
            }
            Step::SharedCareAgreed(it) => {
                let active = Thread::new(State::SharedCareActive, mark);
                let active = active.at_organisation(Some(it.gp_practice.clone()));
                self.put_shared_care(&it.medicine_id, it.monitoring_schedule.clone(), active);
            }
            Step::SharedCareDeclined(it) => self.end_shared_care(&it.medicine_id),
            Step::SharedCareEnded(it) => self.end_shared_care(&it.medicine_id),
            Step::MonitoringDone(it) => {
                let found =
                    self.shared_care.iter_mut().find(|care| care.medicine == it.medicine_id);
                if let Some(care) = found {
                    *care.done.entry(it.monitoring_test.clone()).or_default() += 1;
                    care.thread.due = care.next_due();
                }
            }
            _ => {}
        }
    }

    fn put_shared_care(
        &mut self,
        medicine: &MedicineId,
        schedule: Vec<ScheduledMonitoring>,
        thread: Thread,
    ) {
        self.end_shared_care(medicine);
        let mut care =
            SharedCare { medicine: medicine.clone(), schedule, done: BTreeMap::new(), thread };
        care.thread.due = care.next_due();
        self.shared_care.push(care);
    }

    fn end_shared_care(&mut self, medicine: &MedicineId) {
        self.shared_care.retain(|care| care.medicine != *medicine);
    }
}

impl SharedCare {
    /// The first day of the schedule that is not yet answered.
    fn next_due(&self) -> Option<OccurredAt> {
        let days = self.schedule.iter().filter_map(|test| self.next_day_of(test));
        days.min().map(OccurredAt::Day)
    }

    fn next_day_of(&self, test: &ScheduledMonitoring) -> Option<NaiveDate> {
        let done = self.done.get(&test.monitoring_test).copied().unwrap_or_default();
        match (done, test.every_days) {
            (0, _) => Some(test.first_due),
            (_, None) => None,
            (done, Some(every)) => {
                test.first_due.checked_add_days(Days::new(u64::from(done) * u64::from(every)))
            }
        }
    }
}
