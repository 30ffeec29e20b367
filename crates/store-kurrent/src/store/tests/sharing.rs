//! Several servers over one log.

use event_store::{Append, AppendError, Appended, Expected, Position, Revision};
use futures::future::{join, join_all};

use super::{NOON, begin, beside, cluster, fresh_log, impatient, over};

#[tokio::test]
async fn servers_that_begin_a_log_at_once_agree_which_it_is() {
    let cluster = cluster(1);
    let (address, log) = (cluster.address(), fresh_log());
    let opened = join_all((0..4).map(|_| beside(&address, &log, impatient))).await;
    let ids: Vec<_> = opened.iter().map(|(_, trial)| trial.log_id()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let (_other, other) = over(&address, impatient).await;
    assert_ne!(other.log_id(), ids[0]);
}

#[tokio::test]
async fn two_servers_race_for_a_stream_and_one_wins_each_time() {
    let cluster = cluster(1);
    let (store, one) = over(&cluster.address(), impatient).await;
    let (_second, two) = beside(&cluster.address(), &store.reader.log, impatient).await;
    for _ in 0..20 {
        let stream = one.fresh_stream();
        let bystanders = join_all((0..4).map(|_| one.append(begin(&one))));
        let racers = join(
            one.append(Append { stream, expected: Expected::NoStream, events: one.events(2) }),
            two.append(Append { stream, expected: Expected::NoStream, events: two.events(2) }),
        );
        let (all, (first, second)) = join(bystanders, racers).await;
        assert!(all.iter().all(Result::is_ok), "{all:?}");
        let told = |answer: &Result<Appended, AppendError>| {
            matches!(answer, Err(AppendError::Conflict { actual: Some(Revision(1)) }))
        };
        assert!(first.is_ok() && told(&second) || second.is_ok() && told(&first));
        assert_eq!(one.whole(stream).await.len(), 2);
    }
}

#[tokio::test]
async fn a_repeat_that_goes_to_another_server_is_found() {
    let cluster = cluster(1);
    let (store, one) = over(&cluster.address(), impatient).await;
    let (_second, two) = beside(&cluster.address(), &store.reader.log, impatient).await;
    let append = Append { events: one.events(3), ..begin(&one) };
    let (first, second) = join(one.append(append.clone()), two.append(append.clone())).await;
    let (first, second) = (first.unwrap(), second.unwrap());
    assert!(first.duplicate != second.duplicate, "{first:?} {second:?}");
    assert_eq!(Appended { duplicate: false, ..first }, Appended { duplicate: false, ..second });
    let other = Append { events: two.events(3), ..append };
    assert!(matches!(two.append(other).await, Err(AppendError::Conflict { .. })));
}

#[tokio::test]
async fn who_opens_a_log_goes_on_behind_its_last_time() {
    let cluster = cluster(1);
    let (store, one) = over(&cluster.address(), impatient).await;
    one.clock().set(NOON + 9_000_000);
    one.begun(1).await;
    let (_second, two) = beside(&cluster.address(), &store.reader.log, impatient).await;
    assert_eq!(two.clock().micros(), NOON);
    assert_eq!(two.begun(1).await.1.recorded_at_micros, NOON + 9_000_000);
    assert_eq!(two.log_after(Position::START).await.len(), 2);
}

#[tokio::test]
async fn a_store_that_is_closed_answers_what_waits_and_takes_no_more() {
    let cluster = cluster(1);
    let (store, trial) = over(&cluster.address(), impatient).await;
    let waiting: Vec<_> = (0..50).map(|_| trial.append(begin(&trial))).collect();
    store.close();
    for answer in join_all(waiting).await {
        answer.unwrap();
    }
    let late = trial.append(begin(&trial)).await;
    assert!(matches!(late, Err(AppendError::Unavailable { maybe_committed: false, .. })));
    assert_eq!(trial.log_after(Position::START).await.len(), 50);
}
