//! Every order in which two pathways, a death and its amendment can be told.

use super::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    SubjectOfFirst,
    SubjectOfSecond,
    Death,
    Amendment,
}

/// Where the death is told, how it is amended, and whether the reactor sees each step at once.
#[derive(Debug, Clone, Copy)]
struct Case {
    on_first: bool,
    corrected: bool,
    live: bool,
}

/// Every order in which an amendment follows its death.
fn orders() -> Vec<Vec<Told>> {
    use Told::{Amendment, Death, SubjectOfFirst, SubjectOfSecond};
    let mut orders: Vec<Vec<Told>> = vec![Vec::new()];
    for told in [SubjectOfFirst, SubjectOfSecond, Death, Amendment] {
        orders = orders
            .into_iter()
            .flat_map(|order| {
                (0..=order.len()).map(move |place| {
                    let mut order = order.clone();
                    order.insert(place, told);
                    order
                })
            })
            .collect();
    }
    let place = |order: &[Told], told| order.iter().position(|one| *one == told);
    orders.retain(|order| place(order, Death) < place(order, Amendment));
    orders
}

fn cases() -> impl Iterator<Item = Case> {
    (0_u8..8).map(|bits| Case {
        on_first: bits & 1 > 0,
        corrected: bits & 2 > 0,
        live: bits & 4 > 0,
    })
}

/// Tells it all in that order, of a person of their own, and gives their three pathways.
async fn told(world: &mut World, order: &[Told], case: Case, person: SubjectRef) -> [PathwayId; 3] {
    let [first, second, late] = [1, 2, 3].map(|n| id(person.0.as_u128() + n));
    let home = if case.on_first { on(first) } else { Target::Patient(person) };
    let mut death = None;
    for told in order {
        match told {
            Told::SubjectOfFirst => world.names(first, person).await,
            Told::SubjectOfSecond => world.names(second, person).await,
            Told::Death => {
                death = Some(world.tell(home.clone(), "patientDied", json!({})).await);
            }
            Told::Amendment if case.corrected => {
                let amended = json!({
                    "eventId": death,
                    "correctedOccurredAt": "2026-01-20",
                    "step": {"patientDied": {"verified": true}},
                });
                world.tell(home.clone(), "stepCorrected", amended).await;
            }
            Told::Amendment => {
                world.withdraw(home.clone(), death.unwrap()).await;
            }
        }
        if case.live {
            world.settle().await;
        }
    }
    world.settle().await;
    world.names(late, person).await;
    world.settle().await;
    [first, second, late]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_pathway_of_a_person_agrees_whatever_the_order() {
    let mut world = world().await;
    let orders = orders();
    assert_eq!(orders.len(), 12);
    let mut people = 0;
    for case in cases() {
        for order in &orders {
            people += 1_000;
            let pathways = told(&mut world, order, case, who(people)).await;
            let corrected = ("2026-01-20".parse().unwrap(), Some(true));
            let expected = if case.corrected { vec![corrected] } else { Vec::new() };
            for (place, pathway) in pathways.into_iter().enumerate() {
                assert_eq!(world.deaths(pathway).await, expected, "{case:?} {order:?} {place}");
            }
        }
    }
}
