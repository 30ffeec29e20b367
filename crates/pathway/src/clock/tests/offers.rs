//! Active monitoring for a delay: which offers are reasonable, and which absence has room for two.

use testkit::{Story, Value, json};

use super::language::{Told, clock_of, referred};

/// An offer made `on` of a `date`; declined the same day.
fn declined(story: Story, id: &str, on: &str, date: &str) -> Story {
    offered(story, id, on, date).on(on, "appointmentOfferDeclined", json!({"offerId": id}))
}

fn offered(story: Story, id: &str, on: &str, date: &str) -> Story {
    story.on(on, "appointmentOffered", json!({"offerId": id, "offeredDate": date}))
}

/// A delay agreed on 1 March after a conversation.
fn delayed(story: Story, more: Value) -> Told {
    let mut fields = json!({"monitoringReason": "DELAY", "monitoringInitiator": "CARE_PROFESSIONAL",
        "patientAgreed": true, "conversationAt": "2026-03-01", "agreedAt": "2026-03-01"});
    let all = fields.as_object_mut().unwrap();
    all.extend(more.as_object().unwrap().clone());
    clock_of(story.on("2026-03-01", "activeMonitoringStarted", fields))
}

fn stops(story: Story) {
    delayed(story, json!({})).last("2026-03-01 row 30 stopped 32");
}

fn refused(story: Story) {
    delayed(story, json!({})).last("2026-03-01 row 31 rejected TooFewReasonableOffers 20");
}

fn first() -> Story {
    declined(referred(), "O1", "2026-02-01", "2026-02-22")
}

#[test]
fn two_offers_of_exactly_three_weeks_notice_are_reasonable() {
    stops(declined(first(), "O2", "2026-02-08", "2026-03-01"));
}

#[test]
fn a_second_offer_of_twenty_days_notice_is_none() {
    refused(declined(first(), "O2", "2026-02-08", "2026-02-28"));
}

#[test]
fn a_second_date_of_exactly_six_weeks_after_the_first_is_soon_enough() {
    stops(declined(first(), "O2", "2026-02-08", "2026-04-05"));
    refused(declined(first(), "O2", "2026-02-08", "2026-04-06"));
}

#[test]
fn a_second_date_before_the_first_is_soon_enough() {
    let first = declined(referred(), "O1", "2026-02-01", "2026-04-20");
    stops(declined(first, "O2", "2026-02-08", "2026-03-02"));
}

#[test]
fn one_offer_is_not_two() {
    refused(first());
}

#[test]
fn an_offer_that_was_not_declined_does_not_count() {
    refused(offered(first(), "O2", "2026-02-08", "2026-03-10"));
}

#[test]
fn an_unreasonable_offer_between_two_reasonable_ones_does_no_harm() {
    let short = declined(first(), "O2", "2026-02-05", "2026-02-10");
    stops(declined(short, "O3", "2026-02-08", "2026-03-10"));
}

#[test]
fn where_the_step_names_its_offers_only_those_count() {
    let three = declined(first(), "O2", "2026-02-08", "2026-03-10");
    delayed(three.clone(), json!({"offers": ["O1", "O2"]})).last("2026-03-01 row 30 stopped 32");
    delayed(three, json!({"offers": ["O1", "O9"]}))
        .last("2026-03-01 row 31 rejected TooFewReasonableOffers 20");
}

#[test]
fn offers_declined_before_the_wait_began_do_not_count() {
    let before = declined(
        declined(testkit::story(), "O1", "2025-12-01", "2025-12-22"),
        "O2",
        "2025-12-02",
        "2025-12-23",
    );
    refused(before.on("2026-01-05", "referralReceived", json!({"route": "OTHER"})));
}

#[test]
fn an_absence_the_step_itself_names_needs_the_same_room() {
    let away = |to: &str| {
        let fields = json!({"unavailableFrom": "2026-03-05", "unavailableTo": to});
        delayed(referred(), fields)
    };
    away("2026-03-23").last("2026-03-01 row 30 stopped 32");
    away("2026-03-22").last("2026-03-01 row 31 rejected TooFewReasonableOffers 20");
}

#[test]
fn an_absence_that_was_told_long_before_has_room_from_its_first_day() {
    let told = json!({"fromDate": "2026-03-05", "toDate": "2026-03-06"});
    stops(referred().on("2026-01-10", "patientUnavailabilityDeclared", told));
}

/// A first offer of the patient's own provider, and a second one of another provider.
fn second_elsewhere(provider: &str, agreed: Option<bool>) -> Story {
    let by = json!({"route": "OTHER", "provider": "RJ1"});
    let own = declined(
        testkit::story().on("2026-01-05", "referralReceived", by),
        "O1",
        "2026-02-01",
        "2026-02-22",
    );
    let mut offer = json!({"offerId": "O2", "offeredDate": "2026-03-01", "provider": provider});
    if let Some(agreed) = agreed {
        offer["alternativeAgreed"] = json!(agreed);
    }
    own.on("2026-02-08", "appointmentOffered", offer).on(
        "2026-02-08",
        "appointmentOfferDeclined",
        json!({"offerId": "O2", "offerDeclineReason": "PREFERS_OWN_PROVIDER"}),
    )
}

#[test]
fn an_offer_of_another_provider_counts_where_the_patient_had_agreed_to_it() {
    stops(second_elsewhere("RJ2", Some(true)));
}

#[test]
fn an_offer_of_another_provider_without_agreement_does_not_count_and_says_why() {
    for agreed in [Some(false), None] {
        delayed(second_elsewhere("RJ2", agreed), json!({}))
            .last("2026-03-01 row 31 rejected AlternativeNotAgreed 20")
            .is(crate::clock::ClockState::Ticking);
    }
}

#[test]
fn an_offer_that_names_the_own_provider_needs_no_agreement() {
    stops(second_elsewhere("RJ1", None));
}

#[test]
fn whose_offer_it_was_is_asked_of_the_day_on_which_it_was_made() {
    let moved = json!({"provider": "RJ2", "fromProvider": "RJ1", "function": "110",
        "clockStart": "2026-01-05", "receivedAt": "2026-02-10"});
    let before = |provider: &str| second_elsewhere(provider, None);
    let after = |story: Story| story.on("2026-02-10", "transferReceived", moved.clone());
    stops(after(before("RJ1")));
    delayed(after(before("RJ2")), json!({}))
        .last("2026-03-01 row 31 rejected AlternativeNotAgreed 20");
}

#[test]
fn where_there_are_not_two_at_all_the_other_provider_is_not_the_reason() {
    let one = testkit::story()
        .on("2026-01-05", "referralReceived", json!({"route": "OTHER", "provider": "RJ1"}))
        .on(
            "2026-02-01",
            "appointmentOffered",
            json!({"offerId": "O1", "offeredDate": "2026-02-22", "provider": "RJ2"}),
        )
        .on("2026-02-01", "appointmentOfferDeclined", json!({"offerId": "O1"}));
    refused(one);
}

#[test]
fn thinking_time_of_months_needs_no_offers() {
    delayed(referred(), json!({"monitoringReason": "THINKING"}))
        .last("2026-03-01 row 30 stopped 32");
}
