//! A move writes nothing behind what it left out, so that it can begin again.

use std::time::{Duration, Instant};

use event_store::contract::TestStore;
use event_store::{Append, AppendError, Appended, Position, Recorded};
use futures::future::join_all;
use kurrent_stand_in::Loss;

use super::{NOON, begin, beside, cluster, impatient, over};

/// Calls for all of these, in line before the first is looked at.
fn called<'s>(
    trial: &'s TestStore,
    appends: &[Append],
) -> Vec<impl Future<Output = Result<Appended, AppendError>> + use<'s>> {
    let timed = appends.iter().zip(0..);
    timed.map(|(append, at)| trial.restore(append.clone(), Recorded::at(NOON + at))).collect()
}

async fn stands(trial: &TestStore, appends: &[Append]) {
    let log = trial.log_after(Position::START).await;
    let stored: Vec<_> = log.iter().map(|stored| stored.event.event_id).collect();
    let wanted: Vec<_> = appends.iter().map(|append| append.events[0].event_id).collect();
    assert_eq!(stored, wanted);
}

/// Gives an append up at its first failure.
fn hasty(options: &mut crate::Options) {
    impatient(options);
    options.patience = Duration::ZERO;
}

#[tokio::test]
async fn behind_a_window_that_is_lost_nothing_is_written_and_the_move_begins_again() {
    let cluster = cluster(1);
    let (_store, trial) = over(&cluster.address(), hasty).await;
    let appends: Vec<Append> = (0..900).map(|_| begin(&trial)).collect();
    cluster.chaos().lose_appends(1, Loss::WithError);
    let answers = join_all(called(&trial, &appends)).await;
    let written = answers.iter().take_while(|answer| answer.is_ok()).count();
    assert!(written < 900, "one was lost");
    stands(&trial, &appends[..written]).await;
    let behind = answers.last().unwrap();
    let refused = matches!(behind, Err(AppendError::Unavailable { maybe_committed: false, .. }));
    assert!(refused, "{behind:?}");
    for answer in join_all(called(&trial, &appends)).await {
        answer.unwrap();
    }
    stands(&trial, &appends).await;
}

#[tokio::test]
async fn what_cannot_be_looked_for_is_a_hole_too() {
    let cluster = cluster(1);
    let (_store, trial) = over(&cluster.address(), |options| {
        impatient(options);
        options.patience = Duration::from_millis(1);
    })
    .await;
    let appends: Vec<Append> = (0..40).map(|_| begin(&trial)).collect();
    // The first is written and its answer lost; what its stream says of it is never heard.
    cluster.chaos().lose_answers(1, Loss::WithError);
    cluster.chaos().cut_reads(1_000, 0);
    let answers = join_all(called(&trial, &appends)).await;
    assert!(answers.iter().all(Result::is_err), "{answers:?}");
    cluster.chaos().cut_reads(0, 0);
    stands(&trial, &appends[..1]).await;
}

#[tokio::test]
async fn what_nobody_waits_for_any_more_is_not_written() {
    let cluster = cluster(1);
    let (_store, trial) = over(&cluster.address(), impatient).await;
    let appends: Vec<Append> = (0..600).map(|_| begin(&trial)).collect();
    // Nothing can be written until all have gone.
    cluster.depose();
    drop(called(&trial, &appends));
    cluster.lead(0);
    let last = begin(&trial);
    trial.restore(last.clone(), Recorded::at(NOON + 9_999)).await.unwrap();
    stands(&trial, &[last]).await;
}

#[tokio::test]
async fn a_call_that_finds_no_room_is_a_hole_until_its_caller_knows() {
    let cluster = cluster(1);
    let (_store, trial) = over(&cluster.address(), |options| options.bytes_max = 4_000).await;
    let appends: Vec<Append> = (0..200).map(|_| begin(&trial)).collect();
    let mut answers = Vec::new();
    for call in called(&trial, &appends) {
        answers.push(call.await);
    }
    let written = answers.iter().take_while(|answer| answer.is_ok()).count();
    assert!((1..200).contains(&written), "{written}");
    assert!(answers[written..].iter().all(Result::is_err), "{answers:?}");
    stands(&trial, &appends[..written]).await;
}

#[tokio::test]
async fn a_process_that_has_only_begun_finds_what_was_moved_before() {
    let cluster = cluster(1);
    let (store, trial) = over(&cluster.address(), impatient).await;
    let appends: Vec<Append> = (0..20).map(|_| begin(&trial)).collect();
    let first = join_all(called(&trial, &appends[..12])).await;
    let (_fresh, fresh) = beside(&cluster.address(), &store.reader.log, impatient).await;
    let second = join_all(called(&fresh, &appends)).await;
    for (one, other) in first.into_iter().zip(&second) {
        assert_eq!(*other.as_ref().unwrap(), Appended { duplicate: true, ..one.unwrap() });
    }
    assert!(second[12..].iter().all(|answer| !answer.as_ref().unwrap().duplicate));
    stands(&trial, &appends).await;
    let earlier = fresh.restore(begin(&fresh), Recorded::at(NOON)).await;
    assert!(matches!(earlier, Err(AppendError::RecordedEarlier { .. })), "{earlier:?}");
}

#[tokio::test]
async fn a_session_that_is_silent_is_waited_for_once() {
    let cluster = cluster(1);
    let (_store, trial) = over(&cluster.address(), impatient).await;
    let appends: Vec<Append> = (0..60).map(|_| begin(&trial)).collect();
    let begun = Instant::now();
    cluster.chaos().lose_answers(60, Loss::Silently);
    for answer in join_all(called(&trial, &appends)).await {
        assert!(!answer.unwrap().duplicate);
    }
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    stands(&trial, &appends).await;
}
