//! Never twice: across restarts, with several servers, and after a pause in the order of the deadlines.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn after_a_pause_it_catches_up_in_the_order_of_the_deadlines() {
    let mut town = Town::open("2026-01-05T07:00:00Z").await;
    town.server("deadlines.json").tick().await.unwrap();
    for (pathway, hour) in [(1, "12"), (2, "08"), (3, "10")] {
        town.reported(pathway, &format!("2026-01-06T{hour}:00:00Z")).await;
    }
    let before = town.head().await;
    town.it_is("2026-01-19T00:00:00Z");
    town.server("deadlines.json").tick().await.unwrap();
    let recorded = town.house.cellar.store.read_log(before, 100).await.unwrap();
    let pathways: Vec<u128> = recorded.iter().map(|event| event.stream.id.as_u128()).collect();
    assert_eq!(pathways, [2, 3, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_and_one_that_lost_its_place_record_each_alarm_once() {
    let mut town = Town::open("2026-01-05T07:00:00Z").await;
    let (one, other) = (town.server("one.json"), town.server("other.json"));
    one.tick().await.unwrap();
    other.tick().await.unwrap();
    for pathway in 1..=5 {
        town.reported(pathway, "2026-01-06T08:00:00Z").await;
    }
    town.it_is("2026-01-07T00:00:00Z");
    let (first, second) = tokio::join!(one.tick(), other.tick());
    first.unwrap();
    second.unwrap();
    for pathway in 1..=5 {
        assert_eq!(town.missed(pathway).await.len(), 1);
    }
    let head = town.head().await;
    // A file that is lost: everything is looked at again.
    town.server_from("lost.json", Some("2026-01-05T07:00:00Z")).tick().await.unwrap();
    assert_eq!(town.head().await, head);
}

/// Found by hand: a server ran for some seconds with its clock forty days ahead, and then told of nothing
/// for forty days.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_ran_ahead_and_was_put_right_loses_no_alarm() {
    let mut town = Town::open("2026-01-05T07:00:00Z").await;
    town.server("deadlines.json").tick().await.unwrap();
    town.it_is("2026-02-20T07:00:00Z");
    town.server("deadlines.json").tick().await.unwrap();
    town.it_is("2026-01-06T09:00:00Z");
    town.reported(1, "2026-01-06T08:00:00Z").await;
    town.server("deadlines.json").tick().await.unwrap();
    assert_eq!(town.missed(1).await.len(), 0);
    town.it_is("2026-01-09T00:00:00Z");
    town.server("deadlines.json").tick().await.unwrap();
    assert_eq!(town.missed(1).await.len(), 1);
}

/// A first start at a wrong date must not make history of all that comes before it.
#[tokio::test(flavor = "multi_thread")]
async fn a_first_start_with_a_clock_ahead_is_taken_back() {
    let mut town = Town::open("2027-01-05T07:00:00Z").await;
    town.server("deadlines.json").tick().await.unwrap();
    town.it_is("2026-01-06T07:00:00Z");
    town.server("deadlines.json").tick().await.unwrap();
    town.reported(1, "2026-01-06T08:00:00Z").await;
    town.it_is("2026-01-09T00:00:00Z");
    town.server("deadlines.json").tick().await.unwrap();
    assert_eq!(town.missed(1).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_cannot_be_read_is_told_and_not_guessed_at() {
    let town = Town::open("2026-01-05T07:00:00Z").await;
    std::fs::write(town.dir.path().join("deadlines.json"), "{").unwrap();
    let error = town.server("deadlines.json").tick().await.unwrap_err();
    assert!(format!("{error:#}").contains("is damaged"), "{error:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stops_when_it_is_told_to_although_the_views_are_gone() {
    let mut town = Town::open("2026-01-05T07:00:00Z").await;
    let server = town.server("deadlines.json");
    server.tick().await.unwrap();
    town.house.projector.stop().await;
    town.reported(1, "2026-01-06T08:00:00Z").await;
    let shutdown = CancellationToken::new();
    let running = tokio::spawn(server.run(Duration::from_secs(60), shutdown.clone()));
    tokio::task::yield_now().await;
    shutdown.cancel();
    running.await.unwrap();
}
