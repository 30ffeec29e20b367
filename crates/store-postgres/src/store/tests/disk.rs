//! The disk beneath the database: one that gives back other bytes than it took.

use std::error::Error;

use event_store::{EventStore, Expected, Position, ReadError};
use postgres_for_tests::Cluster;

use super::at;

/// The whole chain of what failed.
fn chain(error: &dyn Error) -> String {
    let (mut said, mut cause) = (error.to_string(), error.source());
    while let Some(beneath) = cause {
        said = format!("{said}: {beneath}");
        cause = beneath.source();
    }
    said
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
