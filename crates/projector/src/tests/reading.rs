//! Readers: what they may do, and what they are told.

use super::fixture::*;
use crate::{Digest, Projector, ViewReadError};

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_reads_inline_and_beside_and_writes_nothing() {
    let world = World::new();
    world.tell(1, &[plain(11, "2026-01-05", "referralReceived")]).await;
    let projector = world.run(&Small::new()).await;
    let reader = projector.reader("small").unwrap();
    let sql = "SELECT count(*) FROM step";
    let inline = reader.with(|c| c.query_row(sql, [], |row| row.get::<_, i64>(0))).unwrap();
    let beside = reader.read(move |c| c.query_row(sql, [], |row| row.get::<_, i64>(0))).await;
    assert_eq!((inline, beside.unwrap()), (1, 1));
    let written = reader.with(|c| c.execute("DELETE FROM step", []));
    assert!(matches!(written, Err(ViewReadError::Failed { view: "small", .. })));
    assert!(reader.with(|c| c.query_row(sql, [], |row| row.get::<_, i64>(0))).is_ok());
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
