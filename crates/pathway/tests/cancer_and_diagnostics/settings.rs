//! What is data can be changed, and what is changed later leaves earlier clocks alone.

use pathway::{
    Span,
    cancer_and_diagnostics::{ResetDay, Rule, Standard, Standards, cancer, diagnostics},
};
use testkit::json;

use crate::language::{asked_for, booked, cancelled, date, missed, suspected, told, under};

fn with(rule: Rule, edit: impl Fn(&mut pathway::cancer_and_diagnostics::Setting)) -> Standards {
    let mut standards = policy::shipped_standards();
    standards.settings.iter_mut().filter(|one| one.rule == rule).for_each(edit);
    standards
}

#[test]
fn a_limit_that_tightens_leaves_a_referral_of_the_day_before_with_28_days() {
    let mut standards = policy::shipped_standards();
    let old = standards.limits.iter_mut().find(|one| one.standard == Standard::Cancer28Day);
    let old = old.unwrap();
    let new = pathway::cancer_and_diagnostics::Limit {
        within_days_max: 21,
        span: Span { from: date("2026-01-06"), to: None },
        ..old.clone()
    };
    old.span.to = Some(date("2026-01-05"));
    standards.limits.push(new);
    under(standards.clone(), told(suspected(), "2026-01-30", "CANCER"), cancer::clocks).on(
        "2026-01-30",
        &[
            "CANCER_28_DAY from 2026-01-05: 25 days, stopped, within",
            "CANCER_62_DAY from 2026-01-05: 25 days, open, within",
        ],
    );
    let fields = json!({"cancerRoute": "URGENT_SUSPECTED_CANCER", "provider": "RJ1"});
    let later = testkit::story().on("2026-01-06", "cancerPathwayOpened", fields);
    under(standards, told(later, "2026-01-31", "CANCER"), cancer::clocks).on(
        "2026-01-31",
        &[
            "CANCER_28_DAY from 2026-01-06: 25 days, stopped, over",
            "CANCER_62_DAY from 2026-01-06: 25 days, open, within",
        ],
    );
}

#[test]
fn an_adjustment_that_is_switched_off_says_that_it_is_not_in_force() {
    let standards = with(Rule::FirstAppointmentMissed, |one| one.applies_to.clear());
    let story = missed(suspected(), "2026-01-19", "A1");
    let story = story.on("2026-01-23", "patientRebookRequested", json!({}));
    under(standards, story, cancer::clocks)
        .said("2026-01-19 CANCER_28_DAY FIRST_APPOINTMENT_MISSED STAYED NotInForce")
        .on(
            "2026-01-23",
            &[
                "CANCER_28_DAY from 2026-01-05: 18 days, open, within",
                "CANCER_62_DAY from 2026-01-05: 18 days, open, within",
            ],
        );
}

#[test]
fn a_cancelled_test_can_wait_again_from_the_day_of_the_appointment() {
    let standards = with(Rule::TestCancelledByPatient, |one| {
        one.options.reset_day = ResetDay::Appointment;
    });
    let story = booked(asked_for(json!({})), "2026-01-10", "A1", "2026-02-02T10:00:00Z", "TEST");
    let story = cancelled(story, "2026-01-28", "A1", "PATIENT");
    under(standards, story, diagnostics::clocks)
        .on("2026-02-01", &["DM01 from 2026-01-05: 27 days, open, within"])
        .on("2026-02-10", &["DM01 from 2026-02-02: 8 days, open, within"]);
}

#[test]
fn arriving_too_late_can_be_made_a_missed_appointment() {
    let standards = with(Rule::TestAppointmentMissed, |one| {
        one.options.arrived_late_is_missed = true;
    });
    let story = booked(asked_for(json!({})), "2026-01-10", "A1", "2026-02-02T10:00:00Z", "TEST");
    let late = json!({"appointmentId": "A1", "appointmentDate": "2026-02-02",
        "attendanceCode": "7", "provider": "RJ1"});
    under(standards, story.on("2026-02-02", "dnaRecorded", late), diagnostics::clocks)
        .said("2026-02-02 DM01 TEST_APPOINTMENT_MISSED RESET");
}
