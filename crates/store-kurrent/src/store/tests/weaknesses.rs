//! What the official client (1.2.0) is known not to carry, each with what is done about it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use event_store::{AppendError, Position, ReadError};
use futures::StreamExt;

use super::{begin, cluster, impatient, over};
use crate::reader::Failure;

#[tokio::test]
async fn a_node_that_is_gone_is_left_for_one_that_lives() {
    let cluster = cluster(3);
    let (_store, trial) = over(&cluster.address(), impatient).await;
    trial.begun(1).await;
    for _ in 0..2 {
        let leader = cluster.leader().unwrap();
        cluster.node(leader).kill().unwrap();
        trial.append(begin(&trial)).await.unwrap();
        trial.head().await.unwrap();
        cluster.node(leader).revive().unwrap();
    }
    assert_eq!(trial.log_after(Position::START).await.len(), 3);
}

#[tokio::test]
async fn a_driver_that_died_for_good_is_replaced() {
    let cluster = cluster(1);
    let hasty = |options: &mut crate::Options| {
        impatient(options);
        options.patience = Duration::from_millis(200);
    };
    let (_store, trial) = over(&cluster.address(), hasty).await;
    trial.begun(1).await;
    cluster.node(0).kill().unwrap();
    let until = Instant::now() + Duration::from_secs(4);
    // Long enough for a driver to look for a node as often as it will, and to end.
    while Instant::now() < until {
        let read = trial.head().await;
        assert!(matches!(read, Err(ReadError::Unavailable { .. })), "{read:?}");
        let told = trial.append(begin(&trial)).await;
        assert!(matches!(told, Err(AppendError::Unavailable { .. })), "{told:?}");
    }
    cluster.node(0).revive().unwrap();
    while trial.append(begin(&trial)).await.is_err() {
        assert!(Instant::now() < until + Duration::from_secs(20), "it never came back");
    }
    trial.head().await.unwrap();
}

#[tokio::test]
async fn a_node_that_hangs_is_left_for_one_that_answers() {
    let cluster = cluster(3);
    let (_store, trial) = over(&cluster.address(), impatient).await;
    let mut pages = trial.follow(Position::START);
    trial.begun(1).await;
    pages.next().await.unwrap().unwrap();
    let leader = cluster.leader().unwrap();
    cluster.node(leader).freeze().unwrap();
    cluster.lead((leader + 1) % 3);
    let append = begin(&trial);
    trial.append(append.clone()).await.unwrap();
    assert_eq!(trial.whole(append.stream).await.len(), 1);
    // The subscription that hangs is seen by its keeper.
    let page = tokio::time::timeout(Duration::from_secs(60), pages.next()).await.unwrap();
    assert_eq!(page.unwrap().unwrap()[0].stream, append.stream);
    cluster.node(leader).thaw().unwrap();
}

#[tokio::test]
async fn a_read_that_breaks_off_is_asked_again_from_its_beginning() {
    let cluster = cluster(1);
    let (_store, trial) = over(&cluster.address(), impatient).await;
    let (stream, _) = trial.begun(40).await;
    for after in [0, 7, 39] {
        cluster.chaos().cut_reads(3, after);
        assert_eq!(trial.whole(stream).await.len(), 40, "after {after}");
        cluster.chaos().cut_reads(3, after);
        assert_eq!(trial.read_log(Position::START, 99).await.unwrap().len(), 40, "after {after}");
    }
}

#[tokio::test]
async fn one_makes_a_fresh_client_for_all_who_wait() {
    let cluster = cluster(3);
    let (store, trial) = over(&cluster.address(), impatient).await;
    let before = store.reader.supervisor.current().await.unwrap_or_else(|_| panic!("none"));
    cluster.node(cluster.leader().unwrap()).kill().unwrap();
    let appends = (0..100).map(|_| trial.append(begin(&trial)));
    for answer in futures::future::join_all(appends).await {
        answer.unwrap();
    }
    let after = store.reader.supervisor.current().await.unwrap_or_else(|_| panic!("none"));
    let made = after.generation - before.generation;
    assert!((1..10).contains(&made), "{made} clients were made");
}

#[tokio::test]
async fn no_append_goes_the_way_that_waits_on_nagles_algorithm() {
    let cluster = cluster(1);
    let (_store, trial) = over(&cluster.address(), |_| {}).await;
    for _ in 0..20 {
        trial.begun(1).await;
    }
    let asked = cluster.asked();
    assert_eq!(asked.appends, 0, "{asked:?}");
    assert!(asked.batch_appends >= 20, "{asked:?}");
}

#[tokio::test]
async fn a_subscription_that_the_server_ends_cleanly_is_left_and_made_anew() {
    let cluster = cluster(1);
    // A watchdog that never looks: what leaves the loop is not that.
    let (store, trial) = over(&cluster.address(), |options| {
        options.quiet = Duration::from_secs(3_600);
    })
    .await;
    let client = || async { store.reader.supervisor.current().await.unwrap().generation };
    let first = client().await;
    let mut pages = trial.follow(Position::START);
    for round in 0..4 {
        let (stream, _) = trial.begun(1).await;
        let patience = Duration::from_secs(30);
        let page = tokio::time::timeout(patience, pages.next()).await.unwrap().unwrap().unwrap();
        let streams: Vec<_> = page.iter().map(|stored| stored.stream).collect();
        assert_eq!(streams, [stream], "round {round}");
        cluster.chaos().end_subscriptions();
    }
    assert_eq!(client().await, first, "the node is well, and so is its client");
}

#[tokio::test]
async fn an_answer_that_the_client_did_not_expect_ends_one_try_and_nothing_else() {
    let cluster = cluster(1);
    let (store, trial) = over(&cluster.address(), impatient).await;
    let asked = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&asked);
    let ask = move |_client| {
        let tried = counted.fetch_add(1, Ordering::SeqCst);
        let answer: futures::future::BoxFuture<'static, Result<u32, Failure>> =
            Box::pin(async move {
                assert!(tried > 1, "internal error: entered unreachable code");
                Ok(tried)
            });
        answer
    };
    let reader = Arc::clone(&store.reader);
    let read = store.reading(async move { reader.patiently(ask).await }).await;
    assert_eq!(read.unwrap(), 2);
    trial.begun(1).await;
}

#[tokio::test]
async fn an_answer_that_never_comes_is_not_awaited_for_ever() {
    let cluster = cluster(1);
    let (_store, trial) = over(&cluster.address(), impatient).await;
    trial.begun(1).await;
    cluster.chaos().delay_answers(Duration::from_secs(3_600));
    let append = begin(&trial);
    let sent = trial.append(append.clone());
    let relieved = async {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        cluster.chaos().delay_answers(Duration::ZERO);
        // Batches that ended without a word leave whoever waits pending.
        cluster.chaos().end_batches();
    };
    let (answer, ()) = futures::future::join(sent, relieved).await;
    answer.unwrap();
    assert_eq!(trial.whole(append.stream).await.len(), 1);
}
