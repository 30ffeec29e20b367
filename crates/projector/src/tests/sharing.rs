//! Several servers over one database of views: each view is written by one, and read by all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use event_store::Position;
use leases::{Leases, Standing};
use postgres_for_tests::Pooler;
use uuid::Uuid;

use super::fixture::*;
use crate::{Keeping, PostgresViews, Projector, View};

const LONG: Duration = Duration::from_secs(30);

/// A server, with its own copy of the view.
struct Server {
    projector: Projector,
    view: Arc<Small>,
    leases: Arc<Leases>,
}

impl Server {
    async fn start(world: &World, id: u128, standing: Standing) -> Self {
        Self::at(world, &world.home.database().address(), id, standing).await
    }

    /// One that reaches the database of views by this address.
    async fn at(world: &World, address: &str, id: u128, standing: Standing) -> Self {
        Self::of(world, address, (id, standing), Small::new()).await
    }

    async fn of(
        world: &World,
        address: &str,
        (id, standing): (u128, Standing),
        view: Arc<Small>,
    ) -> Self {
        let Keeping::Postgres(mut views) = world.home.keeping() else {
            panic!("a world in PostgreSQL")
        };
        views.connect = connect(address);
        let works = vec!["small".to_owned()];
        let connect = Arc::clone(&views.connect);
        let leases = Leases::begin(connect, Uuid::from_u128(id), works, standing).await.unwrap();
        let mut setup = world.setup(&view);
        setup.keeping =
            Keeping::Postgres(PostgresViews { leases: Some(Arc::clone(&leases)), ..views });
        let projector = Projector::start(setup).await.unwrap();
        Self { projector, view, leases }
    }

    async fn server(world: &World, id: u128) -> Self {
        Self::start(world, id, Standing::Server).await
    }

    fn writes(&self) -> bool {
        self.leases.epoch("small").is_some()
    }

    /// Waits until it has a position, and checks that rows and memory are those of the log.
    async fn is_right_at(&self, world: &World, at: Position, into: &str) {
        let reader = self.projector.reader("small").unwrap();
        assert!(reader.wait_for(at, LONG).await, "{:?}", self.projector.status().borrow());
        assert_eq!(digest(&reader), world.replayed(into).await);
        assert_eq!(self.view.memory(), remembered(&reader), "what it remembers");
    }

    async fn stop(self) {
        self.projector.stop().await;
        self.leases.end().await;
    }

    /// Gone from one moment to the next: nothing is given back.
    async fn die(self) {
        let Self { projector, leases, .. } = self;
        drop(leases);
        projector.stop().await;
    }
}

/// What a view that begins to remember now is told.
fn remembered(reader: &crate::ViewReader) -> Vec<crate::Row> {
    let fresh = Small::new();
    reader.with(|connection| crate::scan::tell_all(fresh.as_ref(), connection)).unwrap();
    fresh.memory()
}

async fn story(world: &World, pathways: std::ops::Range<u128>) -> Position {
    let mut at = Position::START;
    for n in pathways {
        world.tell(n, &[plain(n * 10, "2026-01-05", "referralReceived")]).await;
        at = world.tell(n, &[plain(n * 10 + 1, "2026-02-05", "dnaRecorded")]).await;
    }
    at
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_server_writes_is_read_and_remembered_by_the_other() {
    let world = World::new();
    story(&world, 1..4).await;
    let (one, two) = (Server::server(&world, 1).await, Server::server(&world, 2).await);
    assert_ne!(one.writes(), two.writes());
    for n in 4..12 {
        let at = story(&world, n..n + 1).await;
        one.is_right_at(&world, at, &format!("one-{n}")).await;
        two.is_right_at(&world, at, &format!("two-{n}")).await;
    }
    let withdrawn = world.tell(2, &[withdrawal(29, 20, "2026-03-01")]).await;
    one.is_right_at(&world, withdrawn, "one").await;
    two.is_right_at(&world, withdrawn, "two").await;
    two.stop().await;
    one.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_views_of_a_server_that_dies_go_on_at_another() {
    let world = World::new();
    story(&world, 1..4).await;
    let (one, two) = (Server::server(&world, 1).await, Server::server(&world, 2).await);
    let (dying, left) = if one.writes() { (one, two) } else { (two, one) };
    dying.die().await;
    let at = story(&world, 4..9).await;
    left.is_right_at(&world, at, "after").await;
    assert!(left.writes());
    let joined = Server::server(&world, 3).await;
    let at = story(&world, 9..14).await;
    left.is_right_at(&world, at, "left").await;
    joined.is_right_at(&world, at, "joined").await;
    joined.stop().await;
    left.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_goes_to_and_fro_loses_no_step_and_takes_none_twice() {
    let world = World::new();
    let (one, two) = (Server::server(&world, 1).await, Server::server(&world, 2).await);
    for n in 1..40_u128 {
        story(&world, n..n + 1).await;
        let taker = if n % 2 == 0 { &one } else { &two };
        if n % 3 == 0 {
            taker.leases.claim(&["small"]).await.unwrap();
            taker.leases.unpin(&["small"]);
        }
    }
    let at = story(&world, 40..41).await;
    one.is_right_at(&world, at, "one").await;
    two.is_right_at(&world, at, "two").await;
    two.stop().await;
    one.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_rebuilds_beside_a_server_and_reads_never_stop() {
    let world = World::new();
    story(&world, 1..20).await;
    let server = Server::server(&world, 1).await;
    server.projector.caught_up().await.unwrap();
    let reader = server.projector.reader("small").unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let until = Arc::clone(&done);
    let asking = tokio::task::spawn_blocking(move || {
        let mut asked = 0;
        while !until.load(Ordering::SeqCst) {
            digest(&reader);
            asked += 1;
        }
        asked
    });
    let before = world.home.editions().0;
    let guest = Server::start(&world, 9, Standing::Guest).await;
    let rebuilt = guest.projector.rebuild(&["small"], false).await.unwrap();
    assert_eq!(rebuilt.len(), 1);
    assert_ne!(world.home.editions().0, before);
    guest.stop().await;
    let at = story(&world, 20..25).await;
    server.is_right_at(&world, at, "after").await;
    done.store(true, Ordering::SeqCst);
    assert!(asking.await.unwrap() > 0);
    assert!(server.writes());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_another_release_writes_is_no_longer_read_as_ours() {
    let world = World::new();
    story(&world, 1..3).await;
    let ours = Server::server(&world, 1).await;
    ours.projector.caught_up().await.unwrap();
    let reader = ours.projector.reader("small").unwrap();
    digest(&reader);
    let address = world.home.database().address();
    let other = Small::under("other rules");
    let other = Server::of(&world, &address, (2, Standing::Server), other).await;
    other.leases.claim(&["small"]).await.unwrap();
    let mut status = ours.projector.status();
    let said = |status: &crate::Status| status.views[0].trouble.clone().unwrap_or_default();
    let told = status.wait_for(|status| said(status).contains("another release"));
    tokio::time::timeout(LONG, told).await.expect("it is told in time").unwrap();
    let read = reader.with(|_connection| Ok(()));
    assert!(matches!(read, Err(crate::ViewReadError::NotReady { .. })));
    // What it remembers is not asked either: it would answer as of then.
    assert!(matches!(reader.must_be_ready(), Err(crate::ViewReadError::NotReady { .. })));
    other.stop().await;
    ours.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_build_goes_on_whoever_joins_meanwhile() {
    let world = World::new();
    story(&world, 1..30).await;
    let Keeping::Postgres(views) = world.home.keeping() else { panic!("a world in PostgreSQL") };
    let names = ["one", "two", "three", "four"];
    let (mut running, end) = (Vec::new(), world.store.head().await.unwrap());
    for id in 1..=3_u128 {
        let works = names.map(str::to_owned).to_vec();
        let leases =
            Leases::begin(Arc::clone(&views.connect), Uuid::from_u128(id), works, Standing::Server);
        let leases = leases.await.unwrap();
        let mut setup = world.setup(&Small::new());
        setup.views = names.map(|name| Small::named(name) as Arc<dyn View>).to_vec();
        // Every view is built, and none begun empty.
        setup.limits.build_beyond = 0;
        let shared = PostgresViews { leases: Some(Arc::clone(&leases)), ..views.clone() };
        setup.keeping = Keeping::Postgres(shared);
        running.push((Projector::start(setup).await.unwrap(), leases));
    }
    for (projector, _leases) in &running {
        for name in names {
            let reader = projector.reader(name).unwrap();
            assert!(reader.wait_for(end, LONG * 2).await, "{name}");
        }
    }
    for (projector, leases) in running {
        projector.stop().await;
        leases.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_pooler_that_lends_connections_by_the_transaction_it_is_the_same() {
    let world = World::new();
    let pooler = Pooler::before(world.home.database());
    let address = pooler.address(world.home.database());
    story(&world, 1..4).await;
    let one = Server::at(&world, &address, 1, Standing::Server).await;
    let two = Server::at(&world, &address, 2, Standing::Server).await;
    for n in 4..8 {
        let at = story(&world, n..n + 1).await;
        one.is_right_at(&world, at, &format!("one-{n}")).await;
        two.is_right_at(&world, at, &format!("two-{n}")).await;
    }
    let writer = if one.writes() { &one } else { &two };
    writer.projector.rebuild(&["small"], false).await.unwrap();
    let at = story(&world, 8..10).await;
    one.is_right_at(&world, at, "one").await;
    two.is_right_at(&world, at, "two").await;
    two.stop().await;
    one.stop().await;
}
