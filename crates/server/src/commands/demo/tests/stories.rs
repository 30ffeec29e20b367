//! Each story of the town shows what it is there for.

use next_step::State;
use pathway::clock::ClockState;
use policy::State as Promise;

use super::*;

/// A story, where it stands, its clock, and the promises it is there to show.
type Shows = (Story, State, ClockState, &'static [(&'static str, Promise)]);

#[rustfmt::skip]
const TOWN: [Shows; 15] = [
    (Story::Patient, State::Booked, ClockState::Ticking,
        &[("SEL-5.1", Promise::Met), ("SEL-6.2", Promise::Met), ("SEL-6.3", Promise::Met)]),
    (Story::PatientSecond, State::AcceptedUnbooked, ClockState::Ticking, &[("SEL-6.2", Promise::Met)]),
    (Story::LostReferral, State::SentNoReceipt, ClockState::None, &[]),
    (Story::MissedWithoutCall, State::DnaUndecided, ClockState::Nullified,
        &[("SEL-2.4", Promise::Breached)]),
    (Story::MissedAfterCall, State::NullifiedAwaitingPatient, ClockState::Ticking,
        &[("SEL-2.4", Promise::Met)]),
    (Story::LateLetter, State::AcceptedUnbooked, ClockState::Ticking,
        &[("SEL-2.5a", Promise::MetLate), ("SEL-2.5c", Promise::MetLate), ("NHS-SC-11.7", Promise::MetLate)]),
    (Story::LetterInTime, State::AcceptedUnbooked, ClockState::Ticking,
        &[("SEL-2.5c", Promise::Met), ("NHS-SC-11.7", Promise::Met)]),
    (Story::DeclinedWithoutReason, State::Declined, ClockState::Ticking,
        &[("SEL-7.2", Promise::Breached), ("SEL-5.1", Promise::Breached), ("SEL-5.3", Promise::Breached)]),
    (Story::DeclinedWithReason, State::Declined, ClockState::Ticking, &[("SEL-7.2", Promise::Met)]),
    (Story::UnreadResult, State::ResultUnreviewed, ClockState::Ticking, &[("SEL-2.5c", Promise::Met)]),
    (Story::Transfer, State::TransferReceived, ClockState::Ticking, &[]),
    (Story::LongWaiter, State::OnAdmittedList, ClockState::Ticking, &[]),
    (Story::LateCorrection, State::AcceptedUnbooked, ClockState::Ticking, &[]),
    (Story::Treated, State::BackWithPractice, ClockState::Treated, &[("SEL-2.5c", Promise::Met)]),
    (Story::ActiveMonitoring, State::ActiveMonitoring, ClockState::Monitoring, &[]),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_story_shows_what_it_is_there_for() {
    let town = Town::seeded().await;
    let (world, now) = (&town.house.world, edge::now());
    assert_eq!(TOWN.map(|shows| shows.0), Story::ALL);
    for (story, state, clock_state, promises) in TOWN {
        let id = story.pathway();
        let next = world.next_steps.with(|conn| next_step::by_pathway(conn, id)).unwrap();
        assert_eq!(next.unwrap().at(now).state, state, "{story:?}");
        let history = world.recorder.history(id).await.unwrap();
        assert_eq!(Clock::of(&history, &world.rules.clock).state, clock_state, "{story:?}");
        let read = world.compliance.with(|conn| Ok(world.ledger.obligations_of(conn, id)));
        let obligations = read.unwrap().unwrap();
        for (rule, expected) in promises {
            let found = obligations.iter().find(|one| one.rule.as_str() == *rule);
            let found = found.map(|one| one.state(now));
            assert_eq!(found, Some(*expected), "{story:?} {rule}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lost_referral_and_the_silent_decline_say_what_is_missing() {
    let town = Town::seeded().await;
    for (story, said) in [
        (Story::LostReferral, "not yet acknowledged by Hilltop"),
        (Story::DeclinedWithoutReason, "no reason and alternative yet given by Hilltop"),
    ] {
        let query = format!(
            "{{ whoToContact(pathwayId: \"{}\") {{ notYet overdue forQuestions {{ value }} }} }}",
            story.pathway()
        );
        let answer = &town.ask(Viewer::Practice, &query).await["whoToContact"];
        assert!(answer["notYet"].as_str().unwrap().starts_with(said), "{answer}");
        assert_eq!(answer["overdue"], true);
        assert!(!answer["forQuestions"]["value"].as_str().unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_long_waiter_and_the_transferred_keep_their_clock_starts() {
    let town = Town::seeded().await;
    for (story, days, provider) in [(Story::LongWaiter, 575, "DT1"), (Story::Transfer, 96, "DT2")] {
        let query = format!(
            "{{ pathway(id: \"{}\") {{ clock {{ periods {{ days provider }} }} }} }}",
            story.pathway()
        );
        let periods = &town.ask(Viewer::Booking, &query).await["pathway"]["clock"]["periods"];
        assert_eq!(periods[0], json!({"days": days, "provider": provider}), "{story:?}");
    }
}

#[test]
fn every_number_of_the_directory_is_one_that_nobody_answers() {
    let mut numbers = 0;
    for line in seed::DIRECTORY.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let point = &line["step"]["contactPointPublished"];
        if let Some(number) = point["endpoint"].as_str() {
            let drama = number.starts_with("020 7946 0") || number.starts_with("01632 960");
            assert!(drama, "{number}");
            assert_eq!(point["simulated"], true);
            numbers += 1;
        }
    }
    assert_eq!(numbers, 42);
}
