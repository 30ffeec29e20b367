//! What a file is written: what changed and nothing else.

use std::time::Duration;

use rusqlite::Connection;

use super::fixture::*;

#[tokio::test(flavor = "multi_thread")]
async fn only_columns_that_changed_are_written() {
    let world = World::new();
    world.tell(1, &[plain(11, "2026-01-05", "referralReceived")]).await;
    let view = Small::new();
    let projector = world.run(&view).await;
    let reader = projector.reader("small").unwrap();
    let path = reader
        .with(|connection| Ok(connection.sqlite().unwrap().path().unwrap().to_owned()))
        .unwrap();
    let beside = Connection::open(path).unwrap();
    let watch = ["pathway.pathway", "pathway.steps", "pathway.first", "pathway.last", "step.kind"];
    beside.execute_batch("CREATE TABLE written (what TEXT)").unwrap();
    for what in watch {
        let (table, column) = what.split_once('.').unwrap();
        let sql = format!(
            "CREATE TRIGGER \"on {what}\" AFTER UPDATE OF \"{column}\" ON \"{table}\" \
             BEGIN INSERT INTO written VALUES ('{what}'); END"
        );
        beside.execute_batch(&sql).unwrap();
    }
    let at = world.tell(1, &[plain(12, "2026-01-06", "appointmentBooked")]).await;
    assert!(reader.wait_for(at, Duration::from_secs(20)).await);
    let mut select = beside.prepare("SELECT what FROM written ORDER BY what").unwrap();
    let written: Vec<String> =
        select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(written, ["pathway.last", "pathway.steps"]);
    projector.stop().await;
}
