//! A log on either store, what records into it, and where a view of it is kept.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use chrono::{DateTime, Utc};
use envelope::Keys;
use event_store::{EventStore, NowMicros};
use projector::{Keeping, PostgresViews};
use recorder::Recorder;
use store_postgres::{Address, PostgresStore};
use store_sqlite::SqliteStore;
use uuid::Uuid;

/// Takes the views out of a database of our own.
const REMOVE: &str = "DO $$ DECLARE view text; BEGIN
    FOR view IN SELECT nspname FROM pg_namespace WHERE starts_with(nspname::text, 'waymark_view') LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', view);
    END LOOP;
END $$";

/// Connections that all readers of the view share.
const READERS_MAX: usize = 4;

/// All of it.
pub(crate) struct House {
    pub(crate) store: Arc<dyn EventStore>,
    pub(crate) recorder: Recorder,
    pub(crate) pathways: Vec<Uuid>,
    /// Commands so far, from which their ids derive.
    pub(crate) commands: u64,
    views: Views,
}

enum Views {
    Files(PathBuf),
    Database(Arc<Address>),
}

impl House {
    /// Opens the log, or makes it.
    pub(crate) async fn open(store: &str, dir: PathBuf) -> anyhow::Result<Self> {
        fs::create_dir_all(&dir)?;
        let (store, views): (Arc<dyn EventStore>, Views) = if store == "sqlite" {
            (Arc::new(SqliteStore::open(&dir, micros())?), Views::Files(dir.join("view")))
        } else {
            let address: Address = store.parse()?;
            let log = PostgresStore::open(&address, micros()).await?;
            (Arc::new(log), Views::Database(Arc::new(address)))
        };
        let keys = Keys::open(&dir.join("keys.db"))?;
        let recorder = Recorder::new(Arc::clone(&store), Arc::new(keys), Arc::new(now));
        Ok(Self { store, recorder, pathways: Vec::new(), commands: 0, views })
    }

    /// Where a view is kept, with none there.
    pub(crate) async fn keeping(&self) -> anyhow::Result<Keeping> {
        match &self.views {
            Views::Files(dir) => {
                remove(dir)?;
                Ok(Keeping::Files(dir.clone()))
            }
            Views::Database(address) => {
                address.connect().await?.batch_execute(REMOVE).await?;
                let address = Arc::clone(address);
                let connect = Arc::new(move || {
                    let address = Arc::clone(&address);
                    Box::pin(async move { Ok(address.connect().await?) }) as _
                });
                Ok(Keeping::Postgres(PostgresViews {
                    connect,
                    readers_max: READERS_MAX,
                    leases: None,
                }))
            }
        }
    }
}

fn remove(dir: &Path) -> anyhow::Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("{} stays", dir.display()))?;
    }
    Ok(())
}

/// The clock.
#[expect(clippy::disallowed_methods, reason = "this is the edge")]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The clock in microseconds since 1970.
pub(crate) fn micros() -> NowMicros {
    Arc::new(|| now().timestamp_micros())
}
