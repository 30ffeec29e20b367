//! A tick is bounded: what it leaves is for the next, and nothing is lost or recorded twice.

use super::*;

/// A server whose ticks are bounded at two.
fn of_two(town: &Town) -> Deadlines {
    Deadlines { most: 2, ..town.server("deadlines.json") }
}

/// Of how many of the first pathways an alarm was raised.
async fn alarmed(town: &Town, pathways: u128) -> usize {
    let mut alarmed = 0;
    for pathway in 1..=pathways {
        alarmed += town.missed(pathway).await.len();
    }
    alarmed
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_great_import_a_tick_looks_at_so_many_pathways_and_the_next_goes_on() {
    let mut town = Town::open("2026-01-05T07:00:00Z").await;
    let server = of_two(&town);
    server.tick().await.unwrap();
    town.it_is("2026-01-20T07:00:00Z");
    server.tick().await.unwrap();
    for pathway in 1..=5 {
        town.reported(pathway, "2026-01-06T08:00:00Z").await;
    }
    for (found, is_behind) in [(2, true), (4, true), (5, false)] {
        let progress = server.tick().await.unwrap();
        assert_eq!((alarmed(&town, 5).await, progress.is_behind()), (found, is_behind));
    }
    let head = town.head().await;
    let progress = server.tick().await.unwrap();
    assert_eq!((town.head().await, progress.is_behind()), (head, false), "nothing twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_fell_due_in_a_pause_a_tick_raises_so_many_and_all_of_one_moment() {
    let mut town = Town::open("2026-01-05T07:00:00Z").await;
    let server = of_two(&town);
    server.tick().await.unwrap();
    for (pathway, hour) in [(1, "08"), (2, "08"), (3, "08"), (4, "09"), (5, "10"), (6, "11")] {
        town.reported(pathway, &format!("2026-01-05T{hour}:00:00Z")).await;
    }
    town.it_is("2026-01-05T12:00:00Z");
    while server.tick().await.unwrap().is_behind() {}
    assert_eq!(alarmed(&town, 6).await, 0, "nothing is due yet, and the log was looked at");
    town.it_is("2026-01-05T20:00:00Z");
    for (found, is_behind) in [(3, true), (5, true), (6, false)] {
        let progress = server.tick().await.unwrap();
        assert_eq!((alarmed(&town, 6).await, progress.is_behind()), (found, is_behind));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_falls_due_does_not_wait_until_the_log_is_looked_at() {
    let mut town = Town::open("2026-01-05T07:00:00Z").await;
    let server = of_two(&town);
    server.tick().await.unwrap();
    for pathway in 1..=5 {
        town.reported(pathway, &format!("2026-01-05T1{pathway}:00:00Z")).await;
    }
    town.reported(6, "2026-01-05T08:00:00Z").await;
    town.it_is("2026-01-05T16:00:01Z");
    let progress = server.tick().await.unwrap();
    assert!(progress.position < progress.head, "{progress:?}");
    assert_eq!(town.missed(6).await.len(), 1, "told last of all, and due first");
}
