//! The medical examiner: each stage in turn, the offices, and before and after the process was law.

use pathway::Told;
use policy::{ExaminerBasis, InterfaceRules};
use testkit::{Story, json, story};
use uuid::Uuid;

use super::{code, file, months};
use crate::{Case, Register, Stage, case_counts, cases};

const PERSON: u128 = 0xaa;

fn nobody() -> Register {
    Register::new(InterfaceRules::shipped())
}

fn of_person(story: Story) -> Story {
    story.on(
        "2020-01-01",
        "pathwaySubject",
        json!({"subjectRef": Uuid::from_u128(PERSON), "personName": "secret"}),
    )
}

fn died(on: &str) -> Story {
    story().on(on, "patientDied", json!({}))
}

pub(super) fn by_law() -> Story {
    of_person(died("2026-02-01T10:00:00Z"))
        .on("2026-02-02T10:00:00Z", "mccdCompleted", json!({"causeOfDeath": "secret"}))
        .on("2026-02-02T12:00:00Z", "referredToMedicalExaminer", json!({"toOrganisation": "RWA"}))
        .on(
            "2026-02-03T12:00:00Z",
            "medicalExaminerScrutinyCompleted",
            json!({"scrutinyOutcome": "AMENDED", "organisation": "RWA"}),
        )
        .on("2026-02-04T09:00:00Z", "mccdCompleted", json!({"reissued": true}))
        .on(
            "2026-02-04T12:00:00Z",
            "medicalExaminerScrutinyCompleted",
            json!({"scrutinyOutcome": "AGREED", "organisation": "RWA"}),
        )
        .on("2026-02-05T09:00:00Z", "mccdSentToRegistrar", json!({"organisation": "RWA"}))
}

fn only(streams: &[Story], register: &Register, month: &str) -> Case {
    let mut all = cases(&file(streams), register, months(month, month)).unwrap();
    assert_eq!(all.len(), 1, "{all:?}");
    all.pop().unwrap()
}

/// The case after so many steps of the story.
fn after(steps: usize) -> Stage {
    let history = pathway::History::of(testkit::pathway_id(), by_law().told()[..steps].to_vec());
    crate::examiner::case_in(&history, &InterfaceRules::shipped()).unwrap().stage
}

#[test]
fn a_death_goes_from_stage_to_stage_up_to_the_registrar() {
    let stages: Vec<Stage> = (1..=8).filter(|steps| *steps != 2).map(after).collect();
    assert_eq!(
        stages,
        [
            Stage::AwaitingCertificate,
            Stage::Certified,
            Stage::WithExaminer,
            Stage::BackWithDoctor,
            Stage::WithExaminer,
            Stage::Agreed,
            Stage::SentToRegistrar,
        ],
        "issued again, the certificate is with the examiner who asked for it"
    );
}

#[test]
fn before_the_ninth_of_september_2024_the_process_was_no_law_and_from_then_on_it_is() {
    let basis = |on: &str, month: &str| only(&[died(on)], &nobody(), month).basis;
    assert_eq!(basis("2024-09-08", "2024-09"), ExaminerBasis::NonStatutory);
    assert_eq!(basis("2024-09-09", "2024-09"), ExaminerBasis::Statutory);
}

#[test]
fn a_coroner_takes_a_death_whether_notified_or_sent_by_the_examiner() {
    let notified = died("2026-02-01").on("2026-02-02", "coronerNotified", json!({}));
    let sent = died("2026-02-01").on(
        "2026-02-02",
        "medicalExaminerScrutinyCompleted",
        json!({"scrutinyOutcome": "TO_CORONER", "organisation": "RWA"}),
    );
    for story in [notified, sent] {
        assert_eq!(only(&[story], &nobody(), "2026-02").stage, Stage::WithCoroner);
    }
}

#[test]
fn a_death_told_on_two_pathways_and_in_the_persons_own_stream_is_one() {
    let told_twice =
        [of_person(died("2026-02-01T10:00:00Z")), of_person(died("2026-02-01T10:00:00Z"))];
    let mut register = nobody();
    let own = died("2026-02-01T10:00:00Z").on(
        "2026-02-02T12:00:00Z",
        "referredToMedicalExaminer",
        json!({"toOrganisation": "RWA"}),
    );
    let told: Vec<Told> = own.told();
    assert!(register.apply(Uuid::from_u128(PERSON), told.clone()), "it is news");
    assert!(!register.apply(Uuid::from_u128(PERSON), told), "once");
    let case = only(&told_twice, &register, "2026-02");
    assert_eq!((case.stage, case.office.clone()), (Stage::WithExaminer, Some(code("RWA"))));
    let counts =
        case_counts(&file(&told_twice), &register, months("2026-02", "2026-02"), None).unwrap();
    assert_eq!(counts.len(), 1);
    assert_eq!((counts[0].count, counts[0].basis), (1, ExaminerBasis::Statutory));
    assert!(register.apply(Uuid::from_u128(PERSON), Vec::new()), "a death withdrawn is gone");
    assert_eq!(only(&told_twice, &register, "2026-02").stage, Stage::AwaitingCertificate);
}

#[test]
fn the_two_banks_have_their_own_offices_and_are_counted_apart() {
    let referred = |office: &str| {
        died("2026-02-01").on(
            "2026-02-02",
            "referredToMedicalExaminer",
            json!({"toOrganisation": office}),
        )
    };
    let conn = file(&[referred("RWA"), referred("RJL"), referred("RJL")]);
    let counts = case_counts(&conn, &nobody(), months("2026-02", "2026-02"), None).unwrap();
    let told: Vec<_> =
        counts.iter().map(|one| (one.office.clone(), one.stage, one.count)).collect();
    let with = |office| Some(code(office));
    assert_eq!(
        told,
        [(with("RJL"), Stage::WithExaminer, 2), (with("RWA"), Stage::WithExaminer, 1)]
    );
}
