//! The rows do not depend on the order of arrival, nor on where pages end.

use proptest::prelude::*;

use super::fixture::*;

/// Five steps whose corrections may come before what they correct.
fn five(base: u128) -> [Said; 5] {
    [
        plain(base + 1, "2026-01-05T09:00:00Z", "referralReceived"),
        plain(base + 2, "2026-02-05", "appointmentBooked"),
        plain(base + 3, "2026-03-05T09:00:00Z", "dnaRecorded"),
        withdrawal(base + 4, base + 3, "2026-03-06T09:00:00Z"),
        correction(base + 5, base + 2, "2026-02-07T09:00:00Z", "appointmentBooked"),
    ]
}

fn permutations(of: &[Said]) -> Vec<Vec<Said>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for at in 0..of.len() {
        let mut rest = of.to_vec();
        let first = rest.remove(at);
        for mut tail in permutations(&rest) {
            tail.insert(0, first.clone());
            all.push(tail);
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_of_arrival_gives_the_same_rows() {
    let world = World::new();
    let mut pathways = Vec::new();
    for n in 0..120 {
        let pathway = (n + 1) * 100;
        let order = permutations(&five(pathway)).swap_remove(usize::try_from(n).unwrap());
        world.tell(pathway, &order[..2]).await;
        pathways.push((pathway, order));
    }
    for (pathway, order) in pathways.iter().rev() {
        world.tell(*pathway, &order[2..]).await;
    }
    let projector = world.run(&Small::new()).await;
    let reader = projector.reader("small").unwrap();
    let expected = shown(&reader, 100);
    assert_eq!(expected.len(), 3, "{expected:?}");
    for (pathway, _order) in &pathways {
        assert_eq!(shown(&reader, *pathway), expected);
    }
    assert_eq!(digest(&reader), world.replayed("replay").await);
    projector.stop().await;
}

const NAMES: [&str; 5] =
    ["referralReceived", "appointmentBooked", "dnaRecorded", "patientArrived", "treatmentStarted"];

/// Step `n` of a random story: it may withdraw or correct an earlier or a later one.
fn story_step(n: u128, choice: u8, other: u8, day: u8) -> (u128, Said) {
    let pathway = u128::from(other % 4) + 1;
    let event = pathway * 1_000 + n;
    let target = pathway * 1_000 + u128::from(other / 4 % 12);
    let at = format!("2026-01-{:02}", day % 28 + 1);
    let name = NAMES[usize::from(choice) % NAMES.len()];
    let said = match choice % 8 {
        6 => withdrawal(event, target, &at),
        7 => correction(event, target, &at, name),
        _ => plain(event, &at, name),
    };
    (pathway, said)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn live_equals_replay_after_any_interleaving(
        choices in proptest::collection::vec((any::<u8>(), any::<u8>(), any::<u8>()), 1..40),
        stops in proptest::collection::vec(0_usize..40, 0..3),
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let world = World::new();
            let view = Small::new();
            let mut projector = world.run(&view).await;
            for (n, (choice, other, day)) in choices.into_iter().enumerate() {
                let (pathway, said) = story_step(n as u128, choice, other, day);
                world.tell(pathway, &[said]).await;
                if stops.contains(&n) {
                    projector.stop().await;
                    projector = world.run(&view).await;
                }
            }
            let head = projector.caught_up().await.unwrap();
            let reader = projector.reader("small").unwrap();
            assert_eq!(digest(&reader), world.replayed("replay").await);
            assert_eq!(reader.position(), head);
            projector.stop().await;
            let memory = view.memory();
            let again = Small::new();
            let projector = world.run(&again).await;
            assert_eq!(memory, again.memory());
            projector.stop().await;
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_to_a_position_is_the_same_twice_and_knows_nothing_later() {
    let world = World::new();
    let story = five(100);
    let early = world.tell(100, &story[..3]).await;
    let then = world.replayed("then").await;
    world.tell(200, &five(200)).await;
    world.tell(100, &story[3..]).await;
    assert_eq!(world.replayed_to("first", early).await, then);
    assert_eq!(world.replayed_to("second", early).await, then);
    assert_ne!(world.replayed("now").await, then);
    assert!(world.store.head().await.unwrap() > early);
}
