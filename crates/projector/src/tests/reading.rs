//! Readers: what they may do, and what they are told.

use super::fixture::*;
use crate::{Connection, Digest, Projector, ViewReadError, params};

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_reads_inline_and_beside_and_writes_nothing() {
    let world = World::new();
    world.tell(1, &[plain(11, "2026-01-05", "referralReceived")]).await;
    let projector = world.run(&Small::new()).await;
    let reader = projector.reader("small").unwrap();
    let sql = "SELECT count(*) FROM step";
    let count = move |c: &Connection| c.first(sql, params![], |row| row.get::<i64>(0));
    let inline = reader.with(count).unwrap();
    let beside = reader.read(count).await;
    assert_eq!((inline, beside.unwrap()), (Some(1), Some(1)));
    let written = reader.with(|c| c.first("DELETE FROM step", params![], |row| row.get::<i64>(0)));
    assert!(matches!(written, Err(ViewReadError::Failed { view: "small", .. })));
    assert!(reader.with(count).is_ok());
    projector.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_rows_come_to_nothing_and_there_is_no_reader_of_an_unknown_view() {
    let world = World::new();
    let projector: Projector = world.run(&Small::new()).await;
    assert_eq!(digest(&projector.reader("small").unwrap()), Digest::EMPTY);
    assert!(projector.reader("large").is_none());
    projector.stop().await;
}
