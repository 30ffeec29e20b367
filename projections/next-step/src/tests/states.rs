//! For each state a shortest history that reaches it, its owner, its due date and whom to ask.

use pathway::{History, clock::ClockPolicy};
use steps::codes::{ContactPurpose, Role};
use testkit::{Story, json, story};

use crate::{
    Alarm, ContactSide, ContactSide::Practice, ContactSide::Provider, DuePolicy, Missing, NextStep,
    State, next_step,
};

pub(super) fn answer(told: &Story) -> NextStep {
    answer_to(&told.history())
}

pub(super) fn answer_to(history: &History) -> NextStep {
    next_step(history, &DuePolicy::shipped(), &ClockPolicy::default())
}

/// State, organisation, role, due, contact.
pub(super) struct Expected<'a>(
    pub(super) State,
    pub(super) &'a str,
    pub(super) Role,
    pub(super) &'a str,
    pub(super) ContactSide,
);

#[track_caller]
pub(super) fn check(told: &Story, expected: Expected<'_>) {
    let step = answer(told);
    let due = step.due.as_ref().map_or_else(|| "-".to_owned(), |due| due.at.to_string());
    let organisation = step.owner.organisation.as_ref().map_or("-", |code| code.as_str());
    let got = (step.state, organisation, step.owner.role, due.as_str(), step.contact_at);
    assert_eq!(got, (expected.0, expected.1, expected.2, expected.3, expected.4));
    assert_eq!(
        next_step(&told.told_backwards(), &DuePolicy::shipped(), &ClockPolicy::default()),
        step
    );
}

pub(super) const QUESTIONS: ContactSide = Provider(ContactPurpose::Questions);
pub(super) const BOOKING: ContactSide = Provider(ContactPurpose::Booking);
pub(super) const RESULTS: ContactSide = Provider(ContactPurpose::Results);
pub(super) const BEREAVEMENT: ContactSide = Provider(ContactPurpose::Bereavement);
pub(super) const GENERAL: ContactSide = Provider(ContactPurpose::General);

/// A referral from practice G81001 that provider RJ1 received on 5 January.
pub(super) fn referred() -> Story {
    story()
        .on(
            "2026-01-02",
            "referralSent",
            json!({"referrer": "G81001", "provider": "RJ1", "priority": "ROUTINE"}),
        )
        .on(
            "2026-01-05",
            "referralReceived",
            json!({
                "provider": "RJ1", "referrer": "G81001", "route": "E_REFERRAL_SERVICE",
                "referralPurpose": "TREATMENT", "priority": "ROUTINE",
            }),
        )
}

pub(super) fn booked() -> Story {
    referred().on("2026-01-10", "appointmentBooked", json!({
        "appointmentId": "A1", "startsAt": "2026-02-10T09:00:00Z", "bookingKind": "APPOINTMENT", "provider": "RJ1",
    }))
}

/// `story`, and that A1 was missed on `day`.
pub(super) fn missed(story: Story, day: &str) -> Story {
    let at = format!("{day}T11:00:00Z");
    let fields = json!({"appointmentId": "A1", "appointmentDate": day, "provider": "RJ1", "attendanceCode": "DID_NOT_ATTEND"});
    story.on(&at, "dnaRecorded", fields)
}

pub(super) fn attended() -> Story {
    booked().on(
        "2026-02-10T10:00:00Z",
        "outpatientAttended",
        json!({
            "appointmentId": "A1", "provider": "RJ1", "attendanceCode": "ATTENDED_ON_TIME",
        }),
    )
}

/// Seen, outcome recorded, letter sent and delivered.
pub(super) fn settled(outcome: &str) -> Story {
    attended()
        .on("2026-02-10T10:30:00Z", "appointmentOutcomeRecorded", json!({"appointmentId": "A1", "attendanceOutcome": outcome}))
        .on("2026-02-12", "clinicLetterSent", json!({"letterId": "L1", "appointmentId": "A1", "toOrganisation": "G81001", "provider": "RJ1"}))
        .on("2026-02-13", "documentFiled", json!({"letterId": "L1", "organisation": "G81001"}))
}

#[test]
fn nothing_told_is_unowned_and_an_alarm() {
    let step = answer(&story());
    assert_eq!(
        (step.state, step.alarm, step.owner.role),
        (State::Unowned, Some(Alarm::Unowned), Role::PathwayCoordinator)
    );
}

#[test]
fn advice_is_the_specialists_and_then_the_practices() {
    let asked = story().on(
        "2026-01-05",
        "adviceRequested",
        json!({"provider": "RJ1", "referrer": "G81001"}),
    );
    check(
        &asked,
        Expected(State::AdviceAwaiting, "RJ1", Role::AdviceResponder, "2026-01-12", Practice),
    );
    let more = asked.clone().on(
        "2026-01-06",
        "adviceFurtherInformationRequested",
        json!({"due": "2026-01-09"}),
    );
    check(
        &more,
        Expected(
            State::AdviceNeedsInformation,
            "G81001",
            Role::GeneralPractitioner,
            "2026-01-09",
            Practice,
        ),
    );
    let given = more.on("2026-01-07", "adviceGiven", json!({}));
    check(
        &given,
        Expected(
            State::AdviceReturned,
            "G81001",
            Role::GeneralPractitioner,
            "2026-01-14",
            Practice,
        ),
    );
    let closed = given.clone().on("2026-01-08", "adviceClosed", json!({}));
    check(
        &closed,
        Expected(State::BackWithPractice, "G81001", Role::GeneralPractitioner, "-", Practice),
    );
    let converted = given.on("2026-01-08", "adviceConvertedToReferral", json!({"provider": "RJ1"}));
    check(
        &converted,
        Expected(State::ReceivedUntriaged, "RJ1", Role::TriageClinician, "2026-02-17", QUESTIONS),
    );
}

#[test]
fn a_referral_is_the_practices_until_the_provider_acknowledges_it() {
    let drafted = story().on(
        "2026-01-02",
        "referralDrafted",
        json!({"referrer": "G81001", "priority": "URGENT_SUSPECTED_CANCER"}),
    );
    check(
        &drafted,
        Expected(
            State::ReferralDrafted,
            "G81001",
            Role::GeneralPractitioner,
            "2026-01-02",
            Practice,
        ),
    );
    let sent =
        drafted.on("2026-01-02", "referralSent", json!({"referrer": "G81001", "provider": "RJ1"}));
    check(
        &sent,
        Expected(State::SentNoReceipt, "G81001", Role::PracticeStaff, "2026-01-06", Practice),
    );
    let waiting = answer(&sent).waiting_on.unwrap();
    assert_eq!((waiting.missing, waiting.by.unwrap().as_str()), (Missing::Acknowledgement, "RJ1"));
    check(
        &referred(),
        Expected(State::ReceivedUntriaged, "RJ1", Role::TriageClinician, "2026-02-14", QUESTIONS),
    );
    let own = story().on(
        "2026-01-05",
        "referralReceived",
        json!({"provider": "RJ1", "route": "SELF_REFERRAL"}),
    );
    check(
        &own,
        Expected(
            State::SelfReferralUnratified,
            "RJ1",
            Role::TriageClinician,
            "2026-01-12",
            QUESTIONS,
        ),
    );
}

#[test]
fn an_urgent_referral_is_triaged_within_its_days() {
    let urgent = |priority| {
        story().on("2026-01-05", "referralReceived", json!({"provider": "RJ1", "priority": priority, "route": "OTHER", "referralPurpose": "TREATMENT"}))
    };
    for (priority, due) in [
        ("URGENT", "2026-01-10"),
        ("URGENT_SUSPECTED_CANCER", "2026-01-07"),
        ("ROUTINE", "2026-02-14"),
    ] {
        check(
            &urgent(priority),
            Expected(State::ReceivedUntriaged, "RJ1", Role::TriageClinician, due, QUESTIONS),
        );
    }
}

#[test]
fn a_decline_is_the_providers_until_reason_and_alternative_have_arrived() {
    let bare = referred().on("2026-01-08", "referralDeclined", json!({"provider": "RJ1"}));
    check(&bare, Expected(State::Declined, "RJ1", Role::TriageClinician, "2026-01-15", QUESTIONS));
    assert_eq!(answer(&bare).waiting_on.unwrap().missing, Missing::Explanation);
    let explained = referred().on("2026-01-08", "referralDeclined", json!({
        "provider": "RJ1", "declineReason": "NO_CAPACITY", "alternativePathway": "elsewhere", "deliveredAt": "2026-01-08",
    }));
    check(
        &explained,
        Expected(State::Declined, "G81001", Role::GeneralPractitioner, "2026-01-15", Practice),
    );
    let disputed = explained.on("2026-01-09", "referralDeclineDisputed", json!({}));
    check(
        &disputed,
        Expected(State::DeclineDisputed, "RJ1", Role::Consultant, "2026-01-16", QUESTIONS),
    );
    let returned =
        referred().on("2026-01-08", "referralReturnedForInformation", json!({"due": "2026-01-12"}));
    check(
        &returned,
        Expected(
            State::ReturnedForInformation,
            "G81001",
            Role::GeneralPractitioner,
            "2026-01-12",
            Practice,
        ),
    );
}

#[test]
fn booking_goes_from_the_booking_team_to_the_clinic() {
    let accepted = referred().on(
        "2026-01-07",
        "referralTriaged",
        json!({"triageOutcome": "ACCEPT", "priority": "URGENT"}),
    );
    check(
        &accepted,
        Expected(State::AcceptedUnbooked, "RJ1", Role::BookingTeam, "2026-01-17", BOOKING),
    );
    check(
        &booked(),
        Expected(State::Booked, "RJ1", Role::Clinician, "2026-02-10T09:00:00Z", BOOKING),
    );
    let change =
        booked().on("2026-01-12", "appointmentChangeRequested", json!({"appointmentId": "A1"}));
    check(
        &change,
        Expected(State::ChangeRequested, "RJ1", Role::BookingTeam, "2026-01-19", BOOKING),
    );
    let moved = change.on(
        "2026-01-13",
        "appointmentRescheduled",
        json!({"appointmentId": "A1", "startsAt": "2026-03-01T09:00:00Z"}),
    );
    check(&moved, Expected(State::Booked, "RJ1", Role::Clinician, "2026-03-01T09:00:00Z", BOOKING));
    let cancelled = moved.on("2026-01-14", "appointmentCancelled", json!({"appointmentId": "A1"}));
    check(
        &cancelled,
        Expected(State::AcceptedUnbooked, "RJ1", Role::BookingTeam, "2026-02-23", BOOKING),
    );
}

#[test]
fn the_time_of_an_appointment_passes_without_a_new_step() {
    let step = answer(&booked());
    let before = step.at("2026-02-10T08:59:00Z".parse().unwrap());
    assert_eq!(
        (before.state, before.overdue, before.next_appointment.is_some()),
        (State::Booked, false, true)
    );
    let after = step.at("2026-02-10T09:00:00Z".parse().unwrap());
    assert_eq!(
        (after.state, after.overdue, after.next_appointment),
        (State::TimePassed, false, None)
    );
    assert_eq!(after.due.unwrap().at.to_string(), "2026-02-10");
    assert!(step.at("2026-02-11T09:00:00Z".parse().unwrap()).overdue);
}

#[test]
fn a_did_not_attend_waits_for_a_clinician_and_then_for_what_was_decided() {
    let told = json!({"appointmentId": "A1"});
    let dna = missed(booked().on("2026-01-11", "appointmentCommunicated", told), "2026-02-10");
    check(&dna, Expected(State::DnaUndecided, "RJ1", Role::Clinician, "2026-02-12", QUESTIONS));
    let decide = |fields| dna.clone().on("2026-02-11", "dnaClinicalDecisionMade", fields);
    let invited = decide(json!({"dnaDecision": "REOFFER", "communicatedAt": "2026-02-11"}));
    check(
        &invited,
        Expected(State::NullifiedAwaitingPatient, "RJ1", Role::BookingTeam, "2026-02-25", BOOKING),
    );
    let child = decide(
        json!({"dnaDecision": "REOFFER", "communicatedAt": "2026-02-11", "vulnerable": true}),
    );
    check(
        &child,
        Expected(State::AcceptedUnbooked, "RJ1", Role::BookingTeam, "2026-03-23", BOOKING),
    );
    let untold = decide(json!({"dnaDecision": "DISCHARGE"}));
    check(
        &untold,
        Expected(State::DecidedNotTold, "RJ1", Role::Clinician, "2026-02-13", QUESTIONS),
    );
    let half = decide(json!({"dnaDecision": "DISCHARGE", "communicatedAt": "2026-02-12"}));
    check(&half, Expected(State::DecidedNotTold, "RJ1", Role::Clinician, "2026-02-13", QUESTIONS));
    let waiting = answer(&half).waiting_on.unwrap();
    assert_eq!((waiting.missing, waiting.by.unwrap().as_str()), (Missing::PracticeTold, "G81001"));
    let told = decide(
        json!({"dnaDecision": "DISCHARGE", "communicatedAt": "2026-02-12", "gpToldAt": "2026-02-12"}),
    );
    check(
        &told,
        Expected(State::BackWithPractice, "G81001", Role::GeneralPractitioner, "-", Practice),
    );
    let back = invited.on("2026-02-20", "patientRebookRequested", json!({}));
    check(
        &back,
        Expected(State::AcceptedUnbooked, "RJ1", Role::BookingTeam, "2026-04-01", BOOKING),
    );
}
