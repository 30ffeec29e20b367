//! Appends of which nobody knows at first whether they were written.

use std::collections::BTreeMap;
use std::time::Duration;

use event_store::{Append, AppendError, Appended, Expected, Position, Revision};
use futures::future::join_all;
use kurrent_stand_in::Loss;

use super::{begin, cluster, impatient, over};

#[tokio::test]
async fn an_answer_that_is_lost_is_sought_again_and_the_append_is_written_once() {
    let cluster = cluster(1);
    let (_store, trial) = over(&cluster.address(), impatient).await;
    for loss in [Loss::Silently, Loss::WithError] {
        let append = begin(&trial);
        cluster.chaos().lose_answers(1, loss);
        let written = trial.append(append.clone()).await.unwrap();
        assert!(!written.duplicate, "it was this call that wrote it: {written:?}");
        assert_eq!(trial.whole(append.stream).await.len(), 1);
        let again = trial.append(append).await.unwrap();
        assert_eq!(again, Appended { duplicate: true, ..written });
    }
}

#[tokio::test]
async fn an_append_that_never_arrived_is_sent_again() {
    let cluster = cluster(1);
    let (_store, trial) = over(&cluster.address(), impatient).await;
    for loss in [Loss::Silently, Loss::WithError] {
        let stream = trial.fresh_stream();
        cluster.chaos().lose_appends(2, loss);
        let written = trial.write(stream, Expected::NoStream, trial.events(3)).await;
        assert_eq!((written.revision, written.duplicate), (Revision(2), false));
        assert_eq!(trial.whole(stream).await.len(), 3);
    }
}

#[tokio::test]
async fn who_loses_the_right_to_write_is_told_what_of_it_was_written_before() {
    let cluster = cluster(1);
    let (_store, trial) = over(&cluster.address(), impatient).await;
    let append = begin(&trial);
    cluster.chaos().lose_answers(1, Loss::Denied);
    let written = trial.append(append.clone()).await.unwrap();
    assert!(!written.duplicate, "it was this call that wrote it: {written:?}");
    assert_eq!(trial.whole(append.stream).await.len(), 1);
    cluster.chaos().lose_appends(1, Loss::Denied);
    let told = trial.append(begin(&trial)).await;
    let refused = matches!(told, Err(AppendError::Unavailable { maybe_committed: false, .. }));
    assert!(refused, "{told:?}");
}

#[tokio::test]
async fn neighbours_of_a_lost_session_are_each_written_once() {
    let cluster = cluster(1);
    let (_store, trial) = over(&cluster.address(), impatient).await;
    let appends: Vec<Append> = (0..200).map(|_| begin(&trial)).collect();
    cluster.chaos().delay_answers(Duration::from_millis(30));
    let cutting = async {
        for _ in 0..5 {
            tokio::time::sleep(Duration::from_millis(25)).await;
            cluster.chaos().cut_batches();
        }
        cluster.chaos().delay_answers(Duration::ZERO);
    };
    let answers = join_all(appends.iter().map(|append| trial.append(append.clone())));
    let (answers, ()) = futures::future::join(answers, cutting).await;
    for (append, answer) in appends.iter().zip(answers) {
        assert!(!answer.unwrap().duplicate);
        assert_eq!(trial.whole(append.stream).await.len(), 1);
    }
}

#[tokio::test]
async fn who_gave_up_is_told_that_it_may_be_written_and_finds_it_later() {
    let cluster = cluster(1);
    let given_up = |options: &mut crate::Options| {
        impatient(options);
        options.patience = Duration::from_millis(1_200);
    };
    let (store, trial) = over(&cluster.address(), given_up).await;
    let append = begin(&trial);
    cluster.chaos().lose_answers(1, Loss::Silently);
    cluster.chaos().delay_answers(Duration::from_secs(2));
    let told = trial.append(append.clone()).await;
    let unavailable = matches!(told, Err(AppendError::Unavailable { maybe_committed: true, .. }));
    assert!(unavailable, "{told:?}");
    assert!(store.trouble().is_some());
    cluster.chaos().delay_answers(Duration::ZERO);
    let found = trial.append(append.clone()).await.unwrap();
    assert!(found.duplicate);
    assert_eq!(store.trouble(), None);
    assert_eq!(trial.whole(append.stream).await.len(), 1);
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_and_nothing_is_twice_while_nodes_die_and_lead_in_turn() {
    let cluster = cluster(3);
    let (_store, trial) = over(&cluster.address(), impatient).await;
    let writers = join_all((0..8).map(|_| async {
        let (stream, mut last) = (trial.fresh_stream(), None);
        for _ in 0..25 {
            let expected = Expected::from_last(last);
            let append = Append { stream, expected, events: trial.events(2) };
            last = Some(trial.append(append).await.unwrap().revision);
        }
        stream
    }));
    let faults = async {
        for round in 0..6 {
            tokio::time::sleep(Duration::from_millis(150)).await;
            let leader = cluster.leader().unwrap_or(0);
            if round % 2 == 0 {
                cluster.node(leader).kill().unwrap();
                tokio::time::sleep(Duration::from_millis(150)).await;
                cluster.node(leader).revive().unwrap();
            } else {
                cluster.lead((leader + 1) % 3);
            }
        }
    };
    let (streams, ()) = futures::future::join(writers, faults).await;
    let mut counted = BTreeMap::new();
    for stored in trial.log_after(Position::START).await {
        *counted.entry(stored.stream).or_insert(0) += 1;
    }
    assert_eq!(counted, streams.into_iter().map(|stream| (stream, 50)).collect());
}
