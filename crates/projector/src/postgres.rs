//! Views in PostgreSQL: a schema an edition, a table that names the one in use, and whole editions or
//! nothing. PostgreSQL 15 and later; the role may create schemas in its database.

mod arrays;
mod bulk;
mod changed;
mod fence;
mod others;
mod read;
mod rows;
mod table;

use std::sync::Arc;

use leases::Leases;
use tokio_postgres::Client;
use tokio_postgres::types::{ToSql, Type};

use crate::connection::Session;
use crate::database::{Bulk, KeepingError, Pointer, PostgresViews, ViewDatabase};
use crate::place::{self, Place};
use crate::scan::{Differences, count_differences};
use crate::view_file::ViewFile;
use crate::{Checkpoint, Connection, Identity, SqlError, View};

use fence::Fence;

pub(crate) use others::{Dead, Standing};
pub use postgres_lines::{Connect, ConnectError, PostgresFault};
pub(crate) use postgres_lines::{Pool, wait};

/// Which edition of each view is in use. Made wherever it is missing, for views may be dropped at will.
const POINTERS: &str = include_str!("../../../schema/sql/postgres/views_0001_create_pointers.sql");

/// The schema of an edition: its name in front of which ours stands.
fn schema_of(place: &Place) -> String {
    format!("waymark_view_{}", place.0)
}

/// The editions of views in one database.
pub(crate) struct Schemas {
    pool: Arc<Pool>,
    leases: Option<Arc<Leases>>,
}

impl Schemas {
    /// Makes what is missing.
    pub(crate) fn open(views: &PostgresViews) -> Result<Self, KeepingError> {
        let pool = Pool::new(Arc::clone(&views.connect), views.readers_max.max(2));
        let pool = pool.map_err(|_no_thread| SqlError::from(PostgresFault::closed()))?;
        let schemas = Self { pool, leases: views.leases.clone() };
        if !schemas.has_pointers()? {
            // The lock keeps two servers that start at the same moment from making the same table.
            let alone = "SELECT pg_advisory_xact_lock(7020250101)";
            schemas.run(&format!("BEGIN; {alone}; {POINTERS} COMMIT"))?;
        }
        Ok(schemas)
    }

    fn has_pointers(&self) -> Result<bool, SqlError> {
        self.with(async |client| {
            let there = "SELECT to_regclass('waymark_views.in_use') IS NOT NULL";
            let rows = client.query_typed(there, &[]).await?;
            Ok(rows.iter().any(|row| row.get::<_, bool>(0)))
        })
    }

    /// By a connection that is given back when all went well.
    fn with<T>(
        &self,
        work: impl AsyncFnOnce(&Client) -> Result<T, PostgresFault>,
    ) -> Result<T, SqlError> {
        let client = self.pool.take()?;
        let done = wait(work(&client));
        self.pool.give_back(Some(client).filter(|_| done.is_ok()));
        Ok(done?)
    }

    fn run(&self, sql: &str) -> Result<(), SqlError> {
        self.with(async |client| Ok(client.batch_execute(sql).await?))
    }

    fn fence(&self, view: &'static str) -> Option<Fence> {
        let leases = Arc::clone(self.leases.as_ref()?);
        Some(Fence { leases, view })
    }

    /// A name that no edition has had.
    fn fresh(&self, view: &dyn View) -> Result<Place, SqlError> {
        let next = self.with(async |client| {
            let next = "SELECT nextval('waymark_views.edition')";
            let rows = client.query_typed(next, &[]).await?;
            Ok(rows.first().map_or(0, |row| row.get::<_, i64>(0)))
        })?;
        Ok(Place(place::name_of(view, next.unsigned_abs())))
    }

    /// The edition in use and the one before it.
    fn in_use(&self, view: &str) -> Result<Option<(String, Option<String>)>, SqlError> {
        self.with(async |client| {
            let select = "SELECT edition, previous FROM waymark_views.in_use WHERE view = $1";
            let rows = client.query_typed(select, &[(&view, Type::TEXT)]).await?;
            Ok(rows.first().map(|row| (row.get(0), row.get(1))))
        })
    }

    /// The names of all editions of a view, with their numbers.
    fn editions(&self, view: &str) -> Result<Vec<(u64, String)>, SqlError> {
        let names: Vec<String> = self.with(async |client| {
            let select = "SELECT substr(nspname::text, length('waymark_view_') + 1) \
                          FROM pg_namespace WHERE starts_with(nspname::text, 'waymark_view_')";
            let rows = client.query_typed(select, &[]).await?;
            Ok(rows.iter().map(|row| row.get(0)).collect())
        })?;
        let numbered = names.into_iter();
        let numbered = numbered.filter_map(|name| Some((place::number(view, &name)?, name)));
        Ok(numbered.collect())
    }
}

#[cfg(feature = "twin")]
impl Schemas {
    /// An edition with these rows, read by itself; every pathway has a number, those without rows too.
    pub(crate) fn laid_out(
        &self,
        view: &dyn View,
        pathways: &[(steps::PathwayId, Vec<crate::Row>)],
    ) -> Result<Connection, KeepingError> {
        let client = self.pool.apart().map_err(SqlError::from)?;
        let place = self.fresh(view)?;
        let bulk = bulk::SchemaBulk::create(client, place, view);
        let mut bulk = Box::new(bulk.map_err(SqlError::from)?);
        for (pathway, rows) in pathways {
            bulk.lay(*pathway, rows);
        }
        let place = bulk.finish(Checkpoint::start(Identity::of(view, uuid::Uuid::nil())))?;
        Ok(self.reader(&place)?)
    }
}

impl ViewDatabase for Schemas {
    fn current(&self, view: &str) -> Result<Pointer, KeepingError> {
        let Some((edition, _previous)) = self.in_use(view)? else { return Ok(Pointer::Missing) };
        let there = self.editions(view)?.into_iter().any(|(_number, name)| name == edition);
        Ok(if there { Pointer::Names(Place(edition)) } else { Pointer::Damaged })
    }

    fn switch(&self, view: &'static str, place: &Place) -> Result<(), KeepingError> {
        let client = self.pool.take().map_err(SqlError::from)?;
        let pointed = wait(point(&client, self.fence(view), (view, place)));
        self.pool.give_back(Some(client).filter(|_| pointed.is_ok()));
        pointed?;
        self.prune(view, place)
    }

    /// A reader that is still in an old edition is waited for, a while; what could not go now goes the
    /// next time.
    fn prune(&self, view: &str, current: &Place) -> Result<(), KeepingError> {
        let Some(at) = place::number(view, &current.0) else { return Ok(()) };
        let previous = self.in_use(view)?.and_then(|(_edition, previous)| previous);
        for (number, name) in self.editions(view)? {
            if number >= at || previous.as_ref() == Some(&name) {
                continue;
            }
            if let Err(error) = self.discard(&Place(name)) {
                let what = crate::live::chain(&error);
                tracing::warn!(view, error = what, "an old edition could not be taken away");
            }
        }
        Ok(())
    }

    fn discard(&self, place: &Place) -> Result<(), KeepingError> {
        let schema = schema_of(place);
        let drop = format!(
            "BEGIN; SET LOCAL lock_timeout TO '5s'; DROP SCHEMA IF EXISTS \"{schema}\" CASCADE; COMMIT"
        );
        Ok(self.run(&drop)?)
    }

    fn open(&self, place: &Place, view: &dyn View) -> Result<ViewFile, SqlError> {
        let fence = self.fence(view.name());
        let rows = rows::SchemaRows::of(&self.pool, place, view, fence);
        ViewFile::of(Box::new(rows), place.clone())
    }

    fn create(&self, view: &dyn View, identity: Identity) -> Result<ViewFile, KeepingError> {
        let bulk = self.build(view)?;
        let place = bulk.finish(Checkpoint::start(identity))?;
        self.switch(view.name(), &place)?;
        Ok(self.open(&place, view)?)
    }

    fn build(&self, view: &dyn View) -> Result<Box<dyn Bulk>, KeepingError> {
        let place = self.fresh(view)?;
        let client = self.pool.apart().map_err(SqlError::from)?;
        let bulk = bulk::SchemaBulk::create(client, place, view).map_err(SqlError::from)?;
        Ok(Box::new(bulk))
    }

    fn differences(
        &self,
        view: &dyn View,
        new: &Place,
        old: &Place,
    ) -> Result<Differences, SqlError> {
        let schemas = [new, old].map(|place| format!("\"{}\"", schema_of(place)));
        count_differences([&schemas[0], &schemas[1]], view.tables(), |sql| {
            self.with(async |client| {
                let rows = client.query_typed(sql, &[]).await?;
                Ok(rows.first().map_or(0, |row| row.get::<_, i64>(0)))
            })
        })
    }

    fn reader(&self, place: &Place) -> Result<Connection, SqlError> {
        Ok(Connection::from(Session::of(&self.pool, &schema_of(place))?))
    }
}

/// Names the edition in use, where the view is ours to write.
async fn point(
    client: &Client,
    fence: Option<Fence>,
    (view, place): (&'static str, &Place),
) -> Result<(), SqlError> {
    // One that vanishes in here would keep the lease from others.
    let begin = "BEGIN; SET LOCAL idle_in_transaction_session_timeout TO '5s'";
    client.batch_execute(begin).await.map_err(PostgresFault::from)?;
    let pointed = async {
        if let Some(fence) = fence {
            fence.hold(client).await?;
        }
        let upsert = "INSERT INTO waymark_views.in_use AS u (view, edition) VALUES ($1, $2) \
                      ON CONFLICT (view) DO UPDATE \
                      SET previous = u.edition, edition = EXCLUDED.edition \
                      WHERE u.edition <> EXCLUDED.edition";
        let told: [_; 2] = [(&view as &(dyn ToSql + Sync), Type::TEXT), (&place.0, Type::TEXT)];
        client.execute_typed(upsert, &told).await.map_err(PostgresFault::from)?;
        Ok(())
    }
    .await;
    let end = if pointed.is_ok() { "COMMIT" } else { "ROLLBACK" };
    client.batch_execute(end).await.map_err(PostgresFault::from)?;
    pointed
}
