//! How long a cluster that is away is waited for, and what is held and told meanwhile.

use std::sync::Arc;
use std::time::{Duration, Instant};

use event_store::{Append, AppendError, Expected, Position, ReadError, Recorded};
use futures::StreamExt;
use futures::future::join_all;

use super::{NOON, begin, cluster, impatient, over};
use crate::fault::Fault;
use crate::supervisor::Current;

/// An append is given up after a second.
fn soon(options: &mut crate::Options) {
    impatient(options);
    options.connecting = Duration::from_secs(1);
    options.patience = Duration::from_secs(1);
}

#[tokio::test]
async fn appends_of_one_stream_are_not_given_up_one_after_the_other() {
    let cluster = cluster(1);
    let (_store, trial) = over(&cluster.address(), soon).await;
    cluster.node(0).kill().unwrap();
    let stream = trial.fresh_stream();
    let append = || Append { stream, expected: Expected::NoStream, events: trial.events(1) };
    let begun = Instant::now();
    let answers = join_all((0..100).map(|_| trial.append(append()))).await;
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    // The one whose turn it was may have left; the others never did.
    let stayed = |answer: &Result<_, AppendError>| {
        matches!(answer, Err(AppendError::Unavailable { maybe_committed: false, .. }))
    };
    assert!(answers.iter().all(Result::is_err), "{answers:?}");
    assert!(answers.iter().filter(|answer| !stayed(answer)).count() <= 1, "{answers:?}");
    let later = trial.append(begin(&trial)).await;
    assert!(stayed(&later), "{later:?}");
}

#[tokio::test]
async fn who_closes_does_not_wait_for_ever() {
    let cluster = cluster(1);
    let (store, trial) = over(&cluster.address(), soon).await;
    cluster.chaos().delay_answers(Duration::from_secs(3_600));
    let begun = Instant::now();
    let waiting: Vec<_> = (0..300).map(|_| trial.append(begin(&trial))).collect();
    let closing = Arc::clone(&store);
    tokio::task::spawn_blocking(move || closing.close()).await.unwrap();
    for answer in join_all(waiting).await {
        assert!(matches!(answer, Err(AppendError::Unavailable { .. })), "{answer:?}");
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_follower_that_may_not_follow_is_told_and_does_not_hammer() {
    let cluster = cluster(1);
    let (_store, trial) = over(&cluster.address(), soon).await;
    let (_, ours) = trial.begun(1).await;
    cluster.chaos().deny_all(true);
    let before = cluster.asked().denied;
    let mut pages = trial.follow(Position::START);
    for _ in 0..2 {
        let told = tokio::time::timeout(Duration::from_secs(30), pages.next()).await.unwrap();
        assert!(matches!(told, Some(Err(ReadError::Unavailable { .. }))), "{told:?}");
    }
    let asked = cluster.asked().denied - before;
    assert!(asked < 20, "{asked} questions");
    cluster.chaos().deny_all(false);
    let page = loop {
        if let Ok(page) = pages.next().await.unwrap() {
            break page;
        }
    };
    assert_eq!(page[0].position, ours.last);
}

#[tokio::test]
async fn a_place_behind_the_end_of_the_log_is_told() {
    let cluster = cluster(1);
    let (_store, trial) = over(&cluster.address(), soon).await;
    let (_, ours) = trial.begun(1).await;
    // As where the cluster was set up again from an older copy.
    let mut pages = trial.follow(Position(ours.last.0 + 1_000_000));
    let told = tokio::time::timeout(Duration::from_secs(30), pages.next()).await.unwrap();
    assert!(matches!(told, Some(Err(ReadError::Corrupt { .. }))), "{told:?}");
}

#[tokio::test]
async fn a_client_that_was_given_up_ends_with_all_that_it_began() {
    let cluster = cluster(1);
    let (store, trial) = over(&cluster.address(), impatient).await;
    let supervisor = &store.reader.supervisor;
    let mut lives = Vec::new();
    let begun = Instant::now();
    for _ in 0..7 {
        trial.begun(1).await;
        let current = supervisor.current().await.unwrap_or_else(|fault| panic!("{fault}"));
        lives.push(current.life.watch());
        let Current { generation, .. } = current;
        supervisor.blame(generation, &Fault::lost("a test says so"));
    }
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(2_150), "the next waits longer each time: {took:?}");
    // Sessions that are idle hold the client that they were opened with until they are used again.
    for _ in 0..64 {
        trial.begun(1).await;
    }
    trial.restore(begin(&trial), Recorded::at(NOON + 1)).await.unwrap();
    assert!(lives.iter().all(|life| life.upgrade().is_none()));
}

#[tokio::test]
async fn a_search_that_takes_long_does_not_cost_the_client() {
    let cluster = cluster(1);
    let (store, trial) = over(&cluster.address(), soon).await;
    trial.begun(1).await;
    let generation = async || {
        let current = store.reader.supervisor.current().await;
        current.unwrap_or_else(|fault| panic!("{fault}")).generation
    };
    let before = generation().await;
    cluster.chaos().delay_answers(Duration::from_secs(3_600));
    let read = trial.head().await;
    assert!(matches!(read, Err(ReadError::Unavailable { .. })), "{read:?}");
    assert_eq!(generation().await, before);
    cluster.chaos().delay_answers(Duration::ZERO);
    assert_eq!(trial.read_log(Position::START, 9).await.unwrap().len(), 1);
}
