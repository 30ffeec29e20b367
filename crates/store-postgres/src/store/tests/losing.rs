//! The loss and the return of the database, and a commit whose answer never came.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use event_store::{AppendError, EventStore, Position};
use futures::StreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use super::super::Listen;
use super::{at, begin, on_trial};

#[tokio::test]
async fn a_follower_survives_the_loss_and_return_of_the_database() {
    let (database, store, trial) = on_trial(|_shipped| ()).await;
    let (before, _) = trial.begun(2).await;
    let mut pages = store.follow(Position::START);
    assert_eq!(pages.next().await.unwrap().unwrap(), trial.whole(before).await);
    database.go_away();
    assert!(pages.next().await.unwrap().is_err(), "the loss is told");
    let refused = trial.append(begin(&trial)).await;
    let nothing_written =
        matches!(refused, Err(AppendError::Unavailable { maybe_committed: false, .. }));
    assert!(nothing_written, "{refused:?}");
    assert!(store.trouble().is_some());
    database.come_back();
    let (after, _) = trial.begun(3).await;
    assert_eq!(store.trouble(), None);
    let page = loop {
        if let Ok(page) = pages.next().await.unwrap() {
            break page;
        }
    };
    assert_eq!(page, trial.whole(after).await);
}

#[tokio::test]
async fn a_log_that_can_be_written_again_says_so_by_itself() {
    let (database, store, trial) = on_trial(|_shipped| ()).await;
    database.go_away();
    assert!(trial.append(begin(&trial)).await.is_err());
    assert!(store.trouble().unwrap().contains("cannot be written"));
    database.come_back();
    while store.trouble().is_some() {
        tokio::task::yield_now().await;
    }
    assert!(store.head().await.is_ok());
}

#[tokio::test]
async fn connections_that_were_cut_are_made_anew() {
    let (database, store, trial) = on_trial(|_shipped| ()).await;
    let (stream, _) = trial.begun(1).await;
    database.send_all_away();
    // A question may still meet a connection whose end it has not heard of: once, each.
    while store.head().await.is_err() {}
    while trial.append(begin(&trial)).await.is_err() {}
    assert_eq!(trial.whole(stream).await.len(), 1);
}

/// What becomes of the next commit on its way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Passed = 0,
    /// The line is cut before the database hears of it.
    LostOnTheWay = 1,
    /// The database has done it, and the line is cut before anybody hears.
    AnswerLost = 2,
}

/// Stands between the store and the database.
struct Between {
    address: String,
    fate: Arc<AtomicU8>,
}

impl Between {
    async fn stand(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let fate = Arc::new(AtomicU8::new(Fate::Passed as u8));
        let told = Arc::clone(&fate);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(pass(client, server, Arc::clone(&told)));
            }
        });
        Self { address, fate }
    }

    fn next_commit_is(&self, fate: Fate) {
        self.fate.store(fate as u8, Ordering::SeqCst);
    }
}

async fn pass(client: TcpStream, server: TcpStream, fate: Arc<AtomicU8>) {
    let ((from_client, to_client), (from_server, to_server)) =
        (client.into_split(), server.into_split());
    tokio::select! {
        () = onward(from_client, to_server, (&fate, Fate::LostOnTheWay)) => {}
        () = onward(from_server, to_client, (&fate, Fate::AnswerLost)) => {}
    }
}

/// Hands bytes on until one side ends, or until a commit meets its fate.
async fn onward(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, (fate, ours): (&AtomicU8, Fate)) {
    let mut buffer = vec![0; 65_536];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let bytes = &buffer[..count];
        let commits = bytes.windows(7).any(|seven| seven == b"COMMIT\0");
        if commits && fate.load(Ordering::SeqCst) == ours as u8 {
            fate.store(Fate::Passed as u8, Ordering::SeqCst);
            return;
        }
        if to.write_all(bytes).await.is_err() {
            return;
        }
    }
}

async fn a_commit_whose_answer_never_came(fate: Fate, was_committed: bool) {
    let (database, _store, near) = on_trial(|_shipped| ()).await;
    let between = Between::stand(database.tcp()).await;
    let address = database.address_at(&between.address).parse().unwrap();
    let (store, far) = at(&address, |options| options.listen = Listen::Never).await;
    far.begun(1).await;
    let append = begin(&far);
    between.next_commit_is(fate);
    let answer = far.append(append.clone()).await;
    let unsure = matches!(answer, Err(AppendError::Unavailable { maybe_committed: true, .. }));
    assert!(unsure, "{answer:?}");
    assert!(store.trouble().is_some());
    assert_eq!(near.whole(append.stream).await.len(), usize::from(was_committed));
    let again = far.append(append.clone()).await.unwrap();
    assert_eq!((again.first, again.duplicate), (Position(2), was_committed));
    assert_eq!(near.whole(append.stream).await.len(), 1);
    assert_eq!(near.log_after(Position::START).await.len(), 2);
}

#[tokio::test]
async fn a_commit_that_was_lost_on_the_way_is_written_by_its_repeat() {
    a_commit_whose_answer_never_came(Fate::LostOnTheWay, false).await;
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_found_by_its_repeat() {
    a_commit_whose_answer_never_came(Fate::AnswerLost, true).await;
}
