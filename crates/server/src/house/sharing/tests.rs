//! When a work is begun, and under which lease.

use std::sync::Mutex;

use postgres_for_tests::Database;

use super::*;

/// Begins whatever it is told, and keeps under which lease; ends when it is told to.
async fn kept(begun: Arc<Mutex<Vec<Option<i64>>>>, fence: Option<Fence>, stop: CancellationToken) {
    begun.lock().unwrap().push(fence.map(|fence| fence.epoch));
    stop.cancelled().await;
}

/// Lets others work until it is so.
async fn until(is_so: impl Fn() -> bool + Send + Sync) {
    let waited = async {
        while !is_so() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), waited).await.unwrap();
}

async fn party(database: &Database, id: u128) -> Arc<Leases> {
    let address = database.address().parse().unwrap();
    let works = vec!["alerts".to_owned()];
    Leases::begin(connect(&address), Uuid::from_u128(id), works, Standing::Guest).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_nobody_shares_is_begun_once_though_it_ends_by_itself() {
    let (begun, shutdown) = (Arc::new(Mutex::new(0_u32)), CancellationToken::new());
    let (counted, stop) = (Arc::clone(&begun), shutdown.clone());
    let share = Share { leases: None, work: "alerts" };
    let doing = tokio::spawn(share.whenever_ours(stop, move |fence, _stop| {
        assert_eq!(fence, None);
        *counted.lock().unwrap() += 1;
        std::future::ready(())
    }));
    until(|| *begun.lock().unwrap() > 0).await;
    for _turn in 0..50 {
        tokio::task::yield_now().await;
    }
    shutdown.cancel();
    doing.await.unwrap();
    assert_eq!(*begun.lock().unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_comes_back_is_begun_again_under_its_new_lease() {
    let database = Database::fresh();
    let (ours, other) = (party(&database, 1).await, party(&database, 2).await);
    let (begun, shutdown) = (Arc::new(Mutex::new(Vec::new())), CancellationToken::new());
    ours.claim(&["alerts"]).await.unwrap();
    let first = ours.epoch("alerts");
    let share = Share { leases: Some(Arc::clone(&ours)), work: "alerts" };
    let (list, stop) = (Arc::clone(&begun), shutdown.clone());
    let doing = tokio::spawn(
        share.whenever_ours(stop, move |fence, stop| kept(Arc::clone(&list), fence, stop)),
    );
    until(|| begun.lock().unwrap().len() == 1).await;
    ours.unpin(&["alerts"]);
    other.claim(&["alerts"]).await.unwrap();
    until(|| ours.epoch("alerts").is_none()).await;
    other.end().await;
    ours.claim(&["alerts"]).await.unwrap();
    until(|| begun.lock().unwrap().len() == 2).await;
    shutdown.cancel();
    doing.await.unwrap();
    assert_eq!(*begun.lock().unwrap(), [first, ours.epoch("alerts")]);
    assert_ne!(first, ours.epoch("alerts"));
}
