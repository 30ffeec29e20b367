//! Counts beside a table: kept live, counted once in a rebuild, and the same both ways.

use std::time::Duration;

use super::fixture::*;
use crate::ViewReader;

fn steps_counted(reader: &ViewReader) -> Vec<(String, i64)> {
    let [kept, counted] = reader.with(|connection| tallied(connection, &TALLIES[0])).unwrap();
    assert_eq!(kept, counted);
    kept
}

fn of<const N: usize>(expected: [(&str, i64); N]) -> Vec<(String, i64)> {
    expected.map(|(kind, n)| (kind.to_owned(), n)).to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_follows_rows_that_come_change_and_go() {
    let world = World::new();
    let projector = world.run(&Small::new()).await;
    let reader = projector.reader("small").unwrap();
    for n in [1, 2] {
        let steps = [
            plain(n * 10, "2026-01-05", "referralReceived"),
            plain(n * 10 + 1, "2026-02-05", "dnaRecorded"),
        ];
        world.tell(n, &steps).await;
    }
    projector.caught_up().await.unwrap();
    assert_eq!(steps_counted(&reader), of([("DnaRecorded 0", 2), ("ReferralReceived 0", 2)]));

    world.tell(1, &[correction(12, 11, "2026-02-06", "dnaRecorded")]).await;
    let at = world.tell(2, &[withdrawal(22, 21, "2026-02-07")]).await;
    assert!(reader.wait_for(at, Duration::from_secs(20)).await);
    let put_right = of([("DnaRecorded 1", 1), ("ReferralReceived 0", 2)]);
    assert_eq!(steps_counted(&reader), put_right);

    projector.rebuild(&["small"], false).await.unwrap();
    assert_eq!(steps_counted(&reader), put_right, "counted once, when all rows are there");
    world.tell(1, &[plain(13, "2026-03-05", "dnaRecorded")]).await;
    projector.caught_up().await.unwrap();
    let went_on = of([("DnaRecorded 0", 1), ("DnaRecorded 1", 1), ("ReferralReceived 0", 2)]);
    assert_eq!(steps_counted(&reader), went_on, "and kept from then on");
    projector.stop().await;
}
