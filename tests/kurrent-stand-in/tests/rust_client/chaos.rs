//! Faults on demand, as a client meets them.

use std::{pin::pin, time::Duration};

use eventstore::{
    AppendToStreamOptions, BatchAppendOptions, Error, ReadStreamOptions, RetryOptions, StreamState,
};
use kurrent_stand_in::Loss;
use tokio::time::{Instant, timeout};

use crate::{
    caller::{append, at, event, events, numbers, one_node, read},
    subscriptions::{of_a, words},
};

const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_lost_answer_leaves_the_event_written_once() {
    let (cluster, client) = one_node();
    cluster.chaos().lose_answers(1, Loss::WithError);
    let new = at(StreamState::NoStream);
    let lost = client.append_to_stream("a-1", &new, event(1)).await;
    assert!(matches!(lost, Err(Error::ServerError(_))), "{lost:?}");
    let again = client.append_to_stream("a-1", &new, event(1)).await.unwrap();
    assert_eq!(again.next_expected_version, 0);
    assert_eq!(numbers(&read(&client, "a-1", ReadStreamOptions::default()).await), [1]);
}

#[tokio::test]
async fn a_lost_append_is_not_written() {
    let (cluster, client) = one_node();
    cluster.chaos().lose_appends(1, Loss::WithError);
    let any = at(StreamState::Any);
    let lost = client.append_to_stream("a-1", &any, event(1)).await;
    assert!(matches!(lost, Err(Error::ServerError(_))), "{lost:?}");
    append(&client, "a-1", 2..3).await;
    assert_eq!(numbers(&read(&client, "a-1", ReadStreamOptions::default()).await), [2]);
}

#[tokio::test]
async fn a_batch_that_is_lost_takes_its_whole_stream_with_it() {
    let (cluster, client) = one_node();
    let batch = client.batch_append(&BatchAppendOptions::default()).await.unwrap();
    batch.append_to_stream("a-1", StreamState::NoStream, events(1..2)).await.unwrap();
    cluster.chaos().lose_answers(1, Loss::WithError);
    let lost = batch.append_to_stream("a-2", StreamState::NoStream, events(2..3)).await;
    assert!(matches!(lost, Err(Error::ServerError(_))), "{lost:?}");
    let after = batch.append_to_stream("a-3", StreamState::NoStream, events(3..4)).await;
    assert!(matches!(after, Err(Error::ServerError(_))), "{after:?}");
    assert_eq!(numbers(&read(&client, "a-2", ReadStreamOptions::default()).await), [2]);
}

#[tokio::test]
async fn a_batch_that_is_lost_in_silence_is_waited_for() {
    let (cluster, client) = one_node();
    let batch = client.batch_append(&BatchAppendOptions::default()).await.unwrap();
    cluster.chaos().lose_appends(1, Loss::Silently);
    let lost = batch.append_to_stream("a-1", StreamState::NoStream, events(1..2));
    let others = batch.append_to_stream("a-2", StreamState::NoStream, events(2..3));
    tokio::select! {
        biased;
        told = lost => panic!("{told:?}"),
        told = others => assert_eq!(told.unwrap().current_revision(), Some(0)),
    }
    let absent =
        client.read_stream("a-1", &ReadStreamOptions::default()).await.unwrap().next().await;
    assert!(matches!(absent, Err(Error::ResourceNotFound)), "{absent:?}");
}

#[tokio::test]
async fn answers_come_later_and_a_deadline_leaves_the_caller_in_doubt() {
    let (cluster, client) = one_node();
    append(&client, "a-1", 1..2).await;
    let delay = Duration::from_millis(200);
    cluster.chaos().delay_answers(delay);
    let began = Instant::now();
    append(&client, "a-1", 2..3).await;
    assert!(began.elapsed() >= delay);
    // Longer than any machine takes to write, shorter than the answer.
    cluster.chaos().delay_answers(PATIENCE);
    let hasty: AppendToStreamOptions = at(StreamState::Any).deadline(Duration::from_secs(2));
    let late = client.append_to_stream("a-1", &hasty, event(3)).await;
    assert!(matches!(late, Err(Error::DeadlineExceeded)), "{late:?}");
    cluster.chaos().delay_answers(Duration::ZERO);
    assert_eq!(numbers(&read(&client, "a-1", ReadStreamOptions::default()).await), [1, 2, 3]);
}

#[tokio::test]
async fn an_event_is_delivered_twice() {
    let (cluster, client) = one_node();
    append(&client, "a-1", 1..3).await;
    cluster.chaos().duplicate(1);
    let mut subscription = client.subscribe_to_all(&of_a()).await;
    assert_eq!(words(&mut subscription, 4).await, ["confirmed", "1", "1", "2"]);
}

#[tokio::test]
async fn a_subscription_that_is_cut_is_an_error_or_is_taken_up_again() {
    let (cluster, client) = one_node();
    append(&client, "a-1", 1..3).await;
    let mut bare = client.subscribe_to_all(&of_a()).await;
    let told = ["confirmed", "1", "2", "checkpoint", "caught up"];
    assert_eq!(words(&mut bare, 5).await, told);
    cluster.chaos().cut_subscriptions();
    let cut = timeout(PATIENCE, bare.next()).await.unwrap();
    assert!(matches!(cut, Err(Error::ServerError(_))), "{cut:?}");

    let retrying = of_a().retry_options(RetryOptions::default());
    let mut retrying = client.subscribe_to_all(&retrying).await;
    assert_eq!(words(&mut retrying, 5).await, told);
    cluster.chaos().cut_subscriptions();
    append(&client, "a-1", 3..4).await;
    let next = timeout(PATIENCE, retrying.next()).await.unwrap().unwrap();
    assert_eq!(numbers(&[next]), [3]);
}

#[tokio::test]
async fn a_subscription_falls_behind_and_catches_up() {
    let (cluster, client) = one_node();
    append(&client, "a-1", 1..2).await;
    let mut subscription = client.subscribe_to_all(&of_a()).await;
    let told = words(&mut subscription, 4).await;
    assert_eq!(told, ["confirmed", "1", "checkpoint", "caught up"]);
    cluster.chaos().fall_behind();
    assert_eq!(words(&mut subscription, 2).await, ["fell behind", "caught up"]);
    append(&client, "a-1", 2..3).await;
    assert_eq!(words(&mut subscription, 1).await, ["2"]);
}

#[tokio::test]
async fn a_stream_of_batches_is_cut_while_it_is_open() {
    let (cluster, client) = one_node();
    let batch = client.batch_append(&BatchAppendOptions::default()).await.unwrap();
    batch.append_to_stream("a-1", StreamState::NoStream, events(1..2)).await.unwrap();
    assert_eq!(cluster.chaos().batches_open(), 1);
    cluster.chaos().cut_batches();
    while cluster.chaos().batches_open() > 0 {
        tokio::task::yield_now().await;
    }
    let cut = batch.append_to_stream("a-2", StreamState::NoStream, events(2..3)).await;
    assert!(matches!(cut, Err(Error::ServerError(_))), "{cut:?}");
}

#[tokio::test]
async fn a_read_is_cut_in_the_middle() {
    let (cluster, client) = one_node();
    append(&client, "a-1", 1..6).await;
    cluster.chaos().cut_reads(1, 2);
    let mut cut = client.read_stream("a-1", &ReadStreamOptions::default()).await.unwrap();
    assert_eq!(numbers(&[cut.next().await.unwrap().unwrap()]), [1]);
    assert_eq!(numbers(&[cut.next().await.unwrap().unwrap()]), [2]);
    let told = cut.next().await;
    assert!(matches!(told, Err(Error::ServerError(_))), "{told:?}");
    let whole = read(&client, "a-1", ReadStreamOptions::default()).await;
    assert_eq!(numbers(&whole), [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn a_node_that_hangs_says_nothing_until_it_thaws() {
    let (cluster, client) = one_node();
    append(&client, "a-1", 1..2).await;
    cluster.node(0).freeze().unwrap();
    let any = at(StreamState::Any);
    let mut held = pin!(client.append_to_stream("a-1", &any, event(2)));
    let waited = timeout(Duration::from_millis(300), &mut held).await;
    assert!(waited.is_err(), "{waited:?}");
    assert_eq!(cluster.asked().appends, 1);
    cluster.node(0).thaw().unwrap();
    let written = timeout(PATIENCE, held).await.unwrap().unwrap();
    assert_eq!(written.next_expected_version, 1);
}
