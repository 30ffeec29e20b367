//! A world to test in: a log in a directory, pathways told to it, and a small view over them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use envelope::Envelope;
use event_store::{Append, Category, EventStore, Expected, NewEvent, Position, Revision, StreamId};
use pathway::{History, london};
use rusqlite::Connection;
use steps::{EventId, OccurredAt, Step, StepKind};
use store_sqlite::SqliteStore;
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    Cell, Change, Column, ColumnKind, Digest, Index, Limits, Projector, Row, Setup, Table, View,
    ViewReader, digest_of, replay,
};

const fn column(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind }
}

pub(super) const TABLES: &[Table] = &[
    Table {
        name: "pathway",
        columns: &[
            column("pathway", ColumnKind::Id),
            column("steps", ColumnKind::Int),
            column("first", ColumnKind::Int),
            column("last", ColumnKind::Text),
        ],
        indexes: &[Index { name: "by_first", columns: &["first"], only: Some("steps > 1") }],
    },
    Table {
        name: "step",
        columns: &[
            column("kind", ColumnKind::Text),
            column("at", ColumnKind::Int),
            column("amended", ColumnKind::Int),
        ],
        indexes: &[Index { name: "by_kind", columns: &["kind", "at"], only: None }],
    },
];

/// How the small view misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Flaw {
    None = 0,
    PanicsAtDna = 1,
    DoesNotFit = 2,
    CountsOneMore = 3,
}

/// Rows by number, table and seq.
type Kept = BTreeMap<(i64, usize, u32), Row>;

/// One row a pathway and one row a step; arrivals do not concern it.
pub(super) struct Small {
    pub(super) rules: &'static str,
    pub(super) flaw: AtomicU32,
    pub(super) computed: AtomicU64,
    memory: Mutex<Kept>,
    fresh: Mutex<Option<Kept>>,
}

impl Small {
    pub(super) fn new() -> Arc<Self> {
        Self::under("")
    }

    pub(super) fn under(rules: &'static str) -> Arc<Self> {
        Arc::new(Self {
            rules,
            flaw: AtomicU32::new(0),
            computed: AtomicU64::new(0),
            memory: Mutex::default(),
            fresh: Mutex::default(),
        })
    }

    pub(super) fn become_flawed(&self, flaw: Flaw) {
        self.flaw.store(flaw as u32, Ordering::SeqCst);
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw.load(Ordering::SeqCst) == flaw as u32
    }

    pub(super) fn memory(&self) -> Vec<Row> {
        self.memory.lock().unwrap().values().cloned().collect()
    }
}

impl View for Small {
    fn name(&self) -> &'static str {
        "small"
    }

    fn version(&self) -> u32 {
        1
    }

    fn rules_digest(&self) -> String {
        self.rules.to_owned()
    }

    fn tables(&self) -> &'static [Table] {
        TABLES
    }

    fn concerns(&self, kind: StepKind) -> bool {
        kind != StepKind::PatientArrived
    }

    fn rows(&self, history: &History) -> Vec<Row> {
        self.computed.fetch_add(1, Ordering::SeqCst);
        let entries = history.entries().iter();
        let entries: Vec<_> = entries.filter(|entry| self.concerns(entry.step().kind())).collect();
        let micros = |at| london::bounds(at).0.timestamp_micros();
        let dna = entries.iter().any(|entry| entry.step().kind() == StepKind::DnaRecorded);
        assert!(!(dna && self.has(Flaw::PanicsAtDna)), "a secret value");
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            return Vec::new();
        };
        let more = i64::from(self.has(Flaw::CountsOneMore));
        let mut cells = vec![
            Cell::from(history.pathway_id().0),
            Cell::from(i64::try_from(entries.len()).unwrap() + more),
            Cell::from(micros(first.occurred_at())),
            Cell::from(last.step().kind().name()),
        ];
        if dna && self.has(Flaw::DoesNotFit) {
            cells.pop();
        }
        let mut rows = vec![Row { table: 0, seq: 0, cells }];
        for (seq, entry) in (0..).zip(&entries) {
            let cells = vec![
                Cell::from(entry.step().kind().name()),
                Cell::from(micros(entry.occurred_at())),
                Cell::from(entry.corrected_by.is_some()),
            ];
            rows.push(Row { table: 1, seq, cells });
        }
        rows
    }

    fn committed(&self, changes: &[Change<'_>]) {
        let mut fresh = self.fresh.lock().unwrap();
        let mut memory = self.memory.lock().unwrap();
        let memory = fresh.as_mut().unwrap_or(&mut memory);
        for change in changes {
            for old in change.old {
                assert_eq!(memory.remove(&(change.no, old.table, old.seq)).as_ref(), Some(old));
            }
            for new in change.new {
                memory.insert((change.no, new.table, new.seq), new.clone());
            }
        }
    }

    fn reload_begins(&self) {
        *self.fresh.lock().unwrap() = Some(BTreeMap::new());
    }

    fn reload_ends(&self) {
        *self.memory.lock().unwrap() = self.fresh.lock().unwrap().take().unwrap();
    }
}

/// A log, a data directory, and what was told so far.
pub(super) struct World {
    pub(super) store: Arc<SqliteStore>,
    revisions: Mutex<BTreeMap<StreamId, u64>>,
    directory: TempDir,
}

impl World {
    pub(super) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let micros = AtomicI64::new(1_780_000_000_000_000);
        let now = Arc::new(move || micros.fetch_add(1_000_000, Ordering::SeqCst));
        let store = Arc::new(SqliteStore::open(&directory.path().join("log"), now).unwrap());
        Self { store, revisions: Mutex::default(), directory }
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
            store: Arc::<SqliteStore>::clone(&self.store),
            views: vec![Arc::<Small>::clone(view)],
            data: self.data(),
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

pub(super) fn checked_digest(connection: &Connection) -> rusqlite::Result<Digest> {
    let checkpoint = crate::Checkpoint::read(connection)?.unwrap();
    assert_eq!(checkpoint.digest, digest_of(connection, TABLES)?);
    assert_eq!(checkpoint.consumed, checkpoint.position.0);
    Ok(checkpoint.digest)
}

/// The rows of one pathway, as text, without its id.
pub(super) fn shown(reader: &ViewReader, pathway: u128) -> Vec<String> {
    let sql = "SELECT 'pathway ' || steps || ' ' || first || ' ' || last FROM pathway \
               JOIN pathways USING (no) WHERE id = ?1 UNION ALL \
               SELECT 'step ' || seq || ' ' || kind || ' ' || at || ' ' || amended FROM step \
               JOIN pathways USING (no) WHERE id = ?1";
    let read = |connection: &Connection| {
        let mut select = connection.prepare(sql)?;
        let rows = select.query_map([Uuid::from_u128(pathway).as_bytes()], |row| row.get(0))?;
        rows.collect()
    };
    reader.with(read).unwrap()
}

pub(super) fn files_in(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
