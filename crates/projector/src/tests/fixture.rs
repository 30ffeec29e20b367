//! A world to test in: a log in a directory, pathways told to it, and the small view over them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use envelope::Envelope;
use event_store::{Append, Category, EventStore, Expected, NewEvent, Position, Revision, StreamId};
use opaque_for_tests::Opaque;
use steps::{EventId, OccurredAt, Step};
use store_sqlite::SqliteStore;
use tempfile::TempDir;
use uuid::Uuid;

use postgres_for_tests::Database;
pub(super) use postgres_for_tests::connect;

pub(super) use super::small::{Flaw, Small, TABLES, TALLIES};
use crate::{
    Checkpoint, Connection, Digest, Keeping, Limits, PostgresViews, Projector, Setup, SqlError,
    View, ViewReader, digest_of, params, replay,
};

/// Where the views of a world are kept.
pub(super) trait Home: Send + Sync {
    fn fresh(data: &Path) -> Self;

    fn keeping(&self) -> Keeping;

    /// The log as the projector sees it.
    fn seen(log: SqliteStore) -> Arc<dyn EventStore> {
        Arc::new(log)
    }

    /// The edition in use and the others that are kept, the older first.
    fn editions(&self) -> (String, Vec<String>);
}

/// In files below a directory.
pub(super) struct InFiles(PathBuf);

impl Home for InFiles {
    fn fresh(data: &Path) -> Self {
        Self(data.to_owned())
    }

    fn keeping(&self) -> Keeping {
        Keeping::Files(self.0.clone())
    }

    fn editions(&self) -> (String, Vec<String>) {
        let views = self.0.join("views");
        let current = std::fs::read_to_string(views.join("small.current")).unwrap();
        let mut names = files_in(&views);
        names.retain(|name| {
            name.strip_suffix(".db").is_some_and(|name| name.starts_with("small-v"))
        });
        (current.trim_end().to_owned(), names)
    }
}

/// In a database of its own.
pub(super) struct InPostgres(pub(super) Database);

impl Home for InPostgres {
    fn fresh(_data: &Path) -> Self {
        Self(Database::fresh())
    }

    fn keeping(&self) -> Keeping {
        let connect = connect(&self.0.address());
        Keeping::Postgres(PostgresViews { connect, readers_max: 8, leases: None })
    }

    fn editions(&self) -> (String, Vec<String>) {
        let current = "SELECT edition FROM waymark_views.in_use WHERE view = 'small'";
        let all = "SELECT string_agg(substr(nspname, 14), ' ' ORDER BY nspname) \
                   FROM pg_namespace WHERE nspname LIKE 'waymark_view_small-%'";
        let ask = |sql| self.0.run(sql).unwrap().unwrap_or_default();
        (ask(current), ask(all).split_whitespace().map(str::to_owned).collect())
    }
}

impl InPostgres {
    pub(super) const fn database(&self) -> &Database {
        &self.0
    }
}

/// Over a log whose positions are opaque.
pub(super) struct OverOpaque<H>(H);

impl<H: Home> Home for OverOpaque<H> {
    fn fresh(data: &Path) -> Self {
        Self(H::fresh(data))
    }

    fn keeping(&self) -> Keeping {
        self.0.keeping()
    }

    fn seen(log: SqliteStore) -> Arc<dyn EventStore> {
        Arc::new(Opaque(Arc::new(log)))
    }

    fn editions(&self) -> (String, Vec<String>) {
        self.0.editions()
    }
}

impl OverOpaque<InPostgres> {
    pub(super) const fn database(&self) -> &Database {
        self.0.database()
    }
}

/// A log, where its views are kept, and what was told so far.
pub(super) struct WorldOn<H> {
    pub(super) store: Arc<dyn EventStore>,
    pub(super) home: H,
    revisions: Mutex<BTreeMap<StreamId, u64>>,
    directory: TempDir,
}

impl<H: Home> WorldOn<H> {
    pub(super) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let micros = AtomicI64::new(1_780_000_000_000_000);
        let now = Arc::new(move || micros.fetch_add(1_000_000, Ordering::SeqCst));
        let store = H::seen(SqliteStore::open(&directory.path().join("log"), now).unwrap());
        let home = H::fresh(&directory.path().join("data"));
        Self { store, home, revisions: Mutex::default(), directory }
    }

    pub(super) fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    pub(super) fn place(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Tells steps of one pathway, in this order.
    pub(super) async fn tell(&self, pathway: u128, steps: &[Said]) -> Position {
        let stream = StreamId::new(Category::Pathway, Uuid::from_u128(pathway));
        let events = steps.iter().map(|said| said.event(stream)).collect();
        self.append(stream, events).await
    }

    pub(super) async fn append(&self, stream: StreamId, events: Vec<NewEvent>) -> Position {
        let known = self.revisions.lock().unwrap().get(&stream).copied();
        let expected = Expected::from_last(known.map(Revision));
        let appended = self.store.append(Append { stream, expected, events }).await.unwrap();
        self.revisions.lock().unwrap().insert(stream, appended.revision.0);
        appended.last
    }

    pub(super) fn setup(&self, view: &Arc<Small>) -> Setup {
        Setup {
            store: Arc::clone(&self.store),
            views: vec![Arc::<Small>::clone(view)],
            keeping: self.home.keeping(),
            now: Arc::new(|| 1_790_000_000_000_000),
            on_other: None,
            others_after: None,
            limits: Limits { page_events: 3, cache_steps: 20, build_beyond: 1_000_000 },
        }
    }

    /// Starts with pages of three events, and waits until all is taken.
    pub(super) async fn run(&self, view: &Arc<Small>) -> Projector {
        let projector = Projector::start(self.setup(view)).await.unwrap();
        projector.caught_up().await.unwrap();
        projector
    }

    /// What the small view comes to from the raw log.
    pub(super) async fn replayed(&self, into: &str) -> Digest {
        let head = self.store.head().await.unwrap();
        self.replayed_to(into, head).await
    }

    pub(super) async fn replayed_to(&self, into: &str, up_to: Position) -> Digest {
        let views: [Arc<dyn View>; 1] = [Small::new()];
        let into = self.place(into);
        let all = replay(self.store.as_ref(), &views, up_to, &into, &|_done| {}).await.unwrap();
        all[0].digest
    }
}

/// A step, when it happened, and the number of its event.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) event: u128,
    pub(super) at: OccurredAt,
    pub(super) step: Step,
}

impl Said {
    pub(super) fn event(&self, stream: StreamId) -> NewEvent {
        let envelope = Envelope {
            stream,
            event_id: EventId(Uuid::from_u128(self.event)),
            step: &self.step,
            occurred_at: self.at,
            entered_in_source_at: None,
            meta: Arc::from(&b"{}"[..]),
        };
        envelope::write(envelope, || None).unwrap()
    }
}

pub(super) fn said(event: u128, at: &str, name: &str, fields: serde_json::Value) -> Said {
    Said { event, at: at.parse().unwrap(), step: testkit::step(name, fields) }
}

pub(super) fn plain(event: u128, at: &str, name: &str) -> Said {
    said(event, at, name, serde_json::json!({}))
}

pub(super) fn withdrawal(event: u128, of: u128, at: &str) -> Said {
    let fields = serde_json::json!({ "eventId": Uuid::from_u128(of) });
    said(event, at, "stepEnteredInError", fields)
}

pub(super) fn correction(event: u128, of: u128, to: &str, name: &str) -> Said {
    let step = testkit::step(name, serde_json::json!({}));
    let fields = serde_json::json!({
        "eventId": Uuid::from_u128(of),
        "correctedOccurredAt": to,
        "step": serde_json::to_value(&step).unwrap(),
    });
    said(event, "2026-06-01T10:00:00Z", "stepCorrected", fields)
}

/// What the checkpoint says the rows come to, having checked that they do.
pub(super) fn digest(reader: &ViewReader) -> Digest {
    reader.with(checked_digest).unwrap()
}

pub(super) fn checked_digest(connection: &Connection) -> Result<Digest, SqlError> {
    let checkpoint = checked(connection)?;
    assert_eq!(checkpoint.consumed, checkpoint.position.0);
    Ok(checkpoint.digest)
}

/// The checkpoint, having checked that the rows come to what it says.
pub(super) fn checked(connection: &Connection) -> Result<Checkpoint, SqlError> {
    let checkpoint = Checkpoint::read(connection)?.unwrap();
    assert_eq!(checkpoint.digest, digest_of(connection, TABLES)?);
    for tally in TALLIES {
        let [kept, counted] = tallied(connection, tally)?;
        assert_eq!(kept, counted, "{}", tally.name);
    }
    Ok(checkpoint)
}

/// The counts of a tally, and what the rows themselves come to.
pub(super) fn tallied(
    connection: &Connection,
    tally: &crate::Tally,
) -> Result<[Vec<(String, i64)>; 2], SqlError> {
    let kind = tally.columns.join(" || ' ' || ");
    let read = |sql: String| {
        connection.all(&sql, params![], |row| Ok::<_, SqlError>((row.get(0)?, row.get(1)?)))
    };
    let (name, of) = (tally.name, tally.of);
    Ok([
        read(format!("SELECT {kind}, n FROM {name} ORDER BY 1"))?,
        read(format!("SELECT {kind}, count(*) FROM {of} GROUP BY 1 ORDER BY 1"))?,
    ])
}

/// The rows of one pathway, as text, without its id.
pub(super) fn shown(reader: &ViewReader, pathway: u128) -> Vec<String> {
    let sql = "SELECT 'pathway ' || steps || ' ' || first || ' ' || last FROM pathway \
               JOIN pathways USING (no) WHERE id = ?1 UNION ALL \
               SELECT 'step ' || seq || ' ' || kind || ' ' || at || ' ' || amended FROM step \
               JOIN pathways USING (no) WHERE id = ?1 ORDER BY 1";
    let pathway = Uuid::from_u128(pathway);
    reader.with(|connection| connection.all(sql, params![pathway], |row| row.get(0))).unwrap()
}

pub(super) fn files_in(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
