//! All views over the log, kept beside it: in files, or in the database that holds it.

use std::{fs, path::PathBuf, sync::Arc};

use anyhow::Context;
use projector::{Keeping, Limits, PostgresViews, Projector, Setup};
use store_postgres::Address;

use super::super::Bench;
use crate::{config::Settings, edge, house::Views, log::Log, log::Place};

/// Views that are further behind than this are built.
pub(super) const BUILT: u64 = 0;
/// Views follow however far they are behind.
pub(super) const FOLLOWED: u64 = u64::MAX;

/// Connections that all readers of the views share.
const READERS_MAX: usize = 4;

/// Takes the views out of a database that was named for this bench alone.
const REMOVE: &str = "DO $$ DECLARE view text; BEGIN
    FOR view IN SELECT nspname FROM pg_namespace WHERE starts_with(nspname::text, 'waymark_view') LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', view);
    END LOOP;
END $$";

/// The database of the log that the settings name.
pub(super) fn database(settings: &Settings) -> Option<&Address> {
    match &settings.store {
        Place::Directory | Place::Kurrent(..) => None,
        Place::Postgres(database) => Some(&database.address),
    }
}

/// Where the views of a look are.
pub(super) enum Kept {
    Files(PathBuf),
    Database(Arc<Address>),
}

impl Kept {
    /// A place that has none.
    pub(super) async fn fresh(bench: &Bench, settings: &Settings) -> anyhow::Result<Self> {
        let kept = match database(settings) {
            None => Self::Files(bench.dir.join("growth-views")),
            Some(address) => Self::Database(Arc::new(address.clone())),
        };
        kept.remove().await?;
        Ok(kept)
    }

    /// Takes the views away.
    pub(super) async fn remove(&self) -> anyhow::Result<()> {
        match self {
            Self::Files(dir) if dir.exists() => {
                fs::remove_dir_all(dir).with_context(|| format!("{} stays", dir.display()))
            }
            Self::Files(_) => Ok(()),
            Self::Database(address) => Ok(address.connect().await?.batch_execute(REMOVE).await?),
        }
    }

    /// Brings every view up to the log: built where it is further behind than `build_beyond`.
    pub(super) async fn follow(&self, store: &Log, build_beyond: u64) -> anyhow::Result<()> {
        let setup = Setup {
            store: store.shared(),
            views: Views::shipped().all(),
            keeping: self.keeping(),
            now: edge::micros(),
            on_other: None,
            others_after: None,
            limits: Limits { build_beyond, ..Limits::default() },
        };
        let projector = Projector::start(setup).await.context("the views cannot be started")?;
        projector.caught_up().await?;
        projector.stop().await;
        Ok(())
    }

    fn keeping(&self) -> Keeping {
        match self {
            Self::Files(dir) => Keeping::Files(dir.clone()),
            Self::Database(address) => {
                let address = Arc::clone(address);
                let connect = Arc::new(move || {
                    let address = Arc::clone(&address);
                    Box::pin(async move { Ok(address.connect().await?) }) as _
                });
                Keeping::Postgres(PostgresViews { connect, readers_max: READERS_MAX, leases: None })
            }
        }
    }
}
