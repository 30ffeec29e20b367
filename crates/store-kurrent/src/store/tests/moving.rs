//! Restoring a log while sessions break.

use std::time::Duration;

use event_store::{Append, Appended, Expected, Position, Recorded, Revision};
use futures::future::{join, join_all};
use kurrent_stand_in::Loss;

use super::{NOON, cluster, impatient, over};

#[tokio::test]
async fn what_is_restored_keeps_its_order_though_sessions_break() {
    let cluster = cluster(1);
    let (_store, trial) = over(&cluster.address(), impatient).await;
    let streams: Vec<_> = (0..7).map(|_| trial.fresh_stream()).collect();
    let appends: Vec<Append> = (0..700_u64)
        .map(|at| Append {
            stream: streams[usize::try_from(at % 7).unwrap()],
            expected: Expected::from_last((at / 7).checked_sub(1).map(Revision)),
            events: trial.events(1),
        })
        .collect();
    let calls: Vec<_> = appends
        .iter()
        .zip(0..)
        .map(|(append, at)| trial.restore(append.clone(), Recorded::at(NOON + at)))
        .collect();
    let breaking = async {
        for loss in [Loss::Silently, Loss::WithError] {
            tokio::time::sleep(Duration::from_millis(30)).await;
            cluster.chaos().lose_answers(3, loss);
            tokio::time::sleep(Duration::from_millis(30)).await;
            cluster.chaos().cut_batches();
        }
    };
    let (answers, ()) = join(join_all(calls), breaking).await;
    let positions: Vec<Position> =
        answers.into_iter().map(|answer| answer.unwrap().first).collect();
    assert!(positions.is_sorted_by(|one, other| one < other));
    let wanted: Vec<_> = appends.iter().map(|append| append.events[0].event_id).collect();
    let log = trial.log_after(Position::START).await;
    let stored: Vec<_> = log.iter().map(|stored| stored.event.event_id).collect();
    assert_eq!(stored, wanted);
}

#[tokio::test]
async fn a_move_that_was_cut_off_begins_again_from_the_start() {
    let cluster = cluster(1);
    let (_store, trial) = over(&cluster.address(), impatient).await;
    let stream = trial.fresh_stream();
    let append = |at: u64, events| Append {
        stream,
        expected: Expected::from_last(at.checked_sub(1).map(Revision)),
        events,
    };
    let events = trial.events(20);
    let restored = |to: usize| {
        let calls: Vec<_> = events[..to]
            .iter()
            .zip(0..)
            .map(|(event, at)| {
                let at_micros = NOON + i64::try_from(at).unwrap();
                trial.restore(append(at, vec![event.clone()]), Recorded::at(at_micros))
            })
            .collect();
        join_all(calls)
    };
    let first: Vec<_> = restored(12).await.into_iter().map(Result::unwrap).collect();
    let second: Vec<_> = restored(20).await.into_iter().map(Result::unwrap).collect();
    for (one, other) in first.iter().zip(&second) {
        assert_eq!(*other, Appended { duplicate: true, ..*one });
    }
    assert!(second[12..].iter().all(|appended| !appended.duplicate));
    assert_eq!(trial.whole(stream).await.len(), 20);
}
