//! The disk beneath the database: one that is full, and one that gives back other bytes than it took.

use std::error::Error;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

use event_store::contract::TestStore;
use event_store::{Append, AppendError, EventStore, Expected, Position, ReadError};
use postgres_for_tests::Cluster;

use super::{at, begin};

/// No file of a process of the server that is born from now on grows beyond so many bytes.
fn limit(cluster: &Cluster, bytes: &str) {
    let told = std::fs::read_to_string(cluster.data().join("postmaster.pid")).unwrap();
    let pid = told.lines().next().unwrap();
    let fsize = format!("--fsize={bytes}:");
    // As the user of the server: nobody else may, not even every root.
    let owner = std::fs::metadata(cluster.data()).unwrap();
    let mut command = Command::new("prlimit");
    command.args(["--pid", pid, &fsize]).uid(owner.uid()).gid(owner.gid()).current_dir("/");
    let limited = command.output().expect("prlimit of util-linux sets the limit");
    assert!(limited.status.success(), "{}", String::from_utf8_lossy(&limited.stderr));
}

/// An append of half a megabyte that nothing makes smaller.
fn large(trial: &TestStore, seed: u32) -> Append {
    let next = |state: &mut u32| {
        *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some((*state >> 24) as u8)
    };
    let bytes = std::iter::repeat_n((), 500_000).scan(seed, |state, ()| next(state));
    let mut append = begin(trial);
    append.events[0].payload = bytes.collect();
    append
}

/// The whole chain of what failed.
fn chain(error: &dyn Error) -> String {
    let (mut said, mut cause) = (error.to_string(), error.source());
    while let Some(beneath) = cause {
        said = format!("{said}: {beneath}");
        cause = beneath.source();
    }
    said
}

#[tokio::test]
async fn a_database_with_no_room_refuses_and_loses_nothing_and_goes_on_when_there_is_room() {
    let cluster = Cluster::start("");
    // More than a file of the database's own log has, which is made whole.
    limit(&cluster, "18000000");
    let address = cluster.address("postgres").parse().unwrap();
    let (store, trial) = at(&address, |_shipped| ()).await;
    let (stream, _) = trial.begun(3).await;
    let mut written = 3;
    let (append, refused) = loop {
        let append = large(&trial, written);
        match trial.append(append.clone()).await {
            Ok(_) => written += 1,
            Err(error) => break (append, error),
        }
        assert!(written < 100, "there is room for all");
    };
    let nothing = matches!(refused, AppendError::Unavailable { maybe_committed: false, .. });
    assert!(nothing, "{refused:?}");
    assert!(chain(&refused).contains("could not extend file"), "{}", chain(&refused));
    assert!(store.trouble().unwrap().contains("the log cannot be written"));
    assert_eq!(trial.whole(stream).await.len(), 3, "what is there is read meanwhile");
    limit(&cluster, "unlimited");
    while store.trouble().is_some() {
        tokio::task::yield_now().await;
    }
    let answer = trial.append(append).await.unwrap();
    assert_eq!((answer.first, answer.duplicate), (Position(u64::from(written) + 1), false));
    assert_eq!(trial.log_after(Position::START).await.len(), written as usize + 1);
}

/// Makes rubbish of a block of the table of events while nothing has it open.
fn damage(cluster: &Cluster) {
    let path = cluster.run("CHECKPOINT; SELECT pg_relation_filepath('waymark.events')").unwrap();
    let file = cluster.data().join(path.unwrap());
    cluster.stop();
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[3 * 8_192..4 * 8_192].fill(0xa5);
    std::fs::write(file, bytes).unwrap();
    cluster.restart();
}

#[tokio::test]
async fn a_damaged_block_of_the_log_is_named_and_what_stands_before_it_is_read() {
    let cluster = Cluster::start("");
    let address = cluster.address("postgres").parse().unwrap();
    let (store, trial) = at(&address, |_shipped| ()).await;
    let stream = trial.fresh_stream();
    trial.write(stream, Expected::NoStream, trial.events(400)).await;
    drop((trial, store));
    damage(&cluster);
    let (store, trial) = at(&address, |_shipped| ()).await;
    let read = store.read_log(Position::START, 400).await;
    let Err(ReadError::Unavailable { source }) = read else { panic!("{read:?}") };
    let said = chain(&*source);
    assert!(said.contains("invalid page in block 3 of relation"), "{said}");
    assert!(said.contains("XX001"), "{said}");
    assert_eq!(store.read_log(Position::START, 20).await.unwrap().len(), 20);
    trial.begun(1).await;
    assert_eq!(store.head().await.unwrap(), Position(401), "writing goes on");
}
