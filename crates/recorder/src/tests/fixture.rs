//! A world to record in: a real store in a temporary directory, and commands for it.

use std::marker::PhantomData;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use event_store::EventStore;
use opaque_for_tests::Opaque;
use pathway::Actor;
use steps::{CommandId, PathwayId, codes::Role};
use uuid::Uuid;

use crate::*;

/// How a log promises what it promises.
pub(super) trait Seen {
    fn seen(log: store_sqlite::SqliteStore) -> Arc<dyn EventStore>;
}

/// With ids that are unique in it.
pub(super) struct ById;

/// With ids that are known by stream alone, and opaque positions.
pub(super) struct ByStream;

impl Seen for ById {
    fn seen(log: store_sqlite::SqliteStore) -> Arc<dyn EventStore> {
        Arc::new(log)
    }
}

impl Seen for ByStream {
    fn seen(log: store_sqlite::SqliteStore) -> Arc<dyn EventStore> {
        Arc::new(Opaque(Arc::new(log)))
    }
}

pub(super) struct WorldOver<S> {
    _dir: tempfile::TempDir,
    pub(super) recorder: Recorder,
    _seen: PhantomData<S>,
}

pub(super) fn now() -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

pub(super) fn world_over<S: Seen>() -> WorldOver<S> {
    let dir = tempfile::tempdir().unwrap();
    let micros: event_store::NowMicros = Arc::new(|| now().timestamp_micros());
    let store = S::seen(store_sqlite::SqliteStore::open(dir.path(), micros).unwrap());
    let keys = Arc::new(envelope::Keys::open(&dir.path().join("keys.db")).unwrap());
    let recorder = Recorder::new(store, keys, Arc::new(now));
    WorldOver { recorder, _dir: dir, _seen: PhantomData }
}

pub(super) fn provenance() -> Provenance {
    let actor = Actor {
        user: "tester".parse().unwrap(),
        role: Role::System,
        organisation: "RJ1".parse().unwrap(),
    };
    Provenance {
        actor,
        source: "test".parse().unwrap(),
        simulated: false,
        caused_by: None,
        correlation: None,
        sent_by: None,
    }
}

pub(super) fn command(
    id: u128,
    target: PathwayRef,
    name: &str,
    fields: serde_json::Value,
) -> Command {
    Command {
        command_id: CommandId(Uuid::from_u128(id)),
        target: Target::Pathway(target),
        occurred_at: "2026-02-01".parse().unwrap(),
        entered_in_source_at: None,
        step: testkit::step(name, fields),
        provenance: provenance(),
        origin: None,
    }
}

pub(super) fn pathway(id: u128) -> PathwayRef {
    PathwayRef::Id(PathwayId(Uuid::from_u128(id)))
}

impl<S: Sync> WorldOver<S> {
    pub(super) async fn record(&self, command: Command) -> Outcome {
        self.recorder.record(command).await.unwrap()
    }

    pub(super) async fn steps(&self, pathway: u128) -> Vec<&'static str> {
        let history = self.recorder.history(PathwayId(Uuid::from_u128(pathway))).await.unwrap();
        history.entries().iter().map(|entry| entry.step().kind().name()).collect()
    }
}

pub(super) fn code(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Refused(refused) => refused.code(),
        Outcome::Recorded { duplicate: true, .. } => "DUPLICATE",
        Outcome::Recorded { .. } => "RECORDED",
        Outcome::Parked { .. } => "PARKED",
    }
}

/// A step that has its event id from another log.
pub(super) fn moved(id: u128, event_id: u128, fields: serde_json::Value) -> Command {
    let origin = Origin::of(steps::EventId(Uuid::from_u128(event_id)));
    let command = command(id, pathway(7), "referralReceived", fields);
    Command { origin: Some(Box::new(origin)), ..command }
}
