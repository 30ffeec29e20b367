//! cqrs-es with its stores: commands through its framework, its replay, and its generic query.

use std::{collections::HashMap, hint::black_box, path::Path, sync::Arc, time::Instant};

use anyhow::anyhow;
use async_trait::async_trait;
use cqrs_es::{
    CqrsFramework,
    persist::{
        GenericQuery, PersistedEventRepository, PersistedEventStore, QueryReplay, ViewRepository,
    },
};
use futures::future::try_join_all;
use postgres_es::{PostgresEventRepository, PostgresViewRepository};
use sqlite_es::{SqliteEventRepository, SqliteViewRepository};
use sqlx::{
    Connection, Executor, PgConnection, PgPool, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use uuid::Uuid;

use crate::{
    event::{Last, Pathway},
    side::{PATHWAYS, STEPS, Side},
};

/// As many as clients at most.
pub const CONNECTIONS_MAX: u32 = 32;

const TABLES: &str = "
    CREATE TABLE events (aggregate_type text NOT NULL, aggregate_id text NOT NULL,
        sequence bigint CHECK (sequence >= 0) NOT NULL, event_type text NOT NULL,
        event_version text NOT NULL, payload json NOT NULL, metadata json NOT NULL,
        PRIMARY KEY (aggregate_type, aggregate_id, sequence));
    CREATE TABLE last_view (view_id text NOT NULL, version bigint CHECK (version >= 0) NOT NULL,
        payload json NOT NULL, PRIMARY KEY (view_id));";

/// What differs between its stores.
#[async_trait]
pub trait Backend: Clone + Send + Sync + 'static {
    type Events: PersistedEventRepository + Send + Sync + 'static;
    type Views: ViewRepository<Last, Pathway> + 'static;

    fn name(&self) -> &'static str;
    fn events(&self) -> Self::Events;
    fn views(&self) -> Self::Views;
    async fn run(&self, sql: &str) -> anyhow::Result<()>;
}

#[derive(Clone)]
pub struct OnPostgres(PgPool);

#[async_trait]
impl Backend for OnPostgres {
    type Events = PostgresEventRepository;
    type Views = PostgresViewRepository<Last, Pathway>;

    fn name(&self) -> &'static str {
        "cqrs-es, postgres-es"
    }

    fn events(&self) -> Self::Events {
        PostgresEventRepository::new(self.0.clone())
    }

    fn views(&self) -> Self::Views {
        PostgresViewRepository::new("last_view", self.0.clone())
    }

    async fn run(&self, sql: &str) -> anyhow::Result<()> {
        self.0.execute(sql).await?;
        Ok(())
    }
}

#[derive(Clone)]
pub struct OnSqlite(SqlitePool);

#[async_trait]
impl Backend for OnSqlite {
    type Events = SqliteEventRepository;
    type Views = SqliteViewRepository<Last, Pathway>;

    fn name(&self) -> &'static str {
        "cqrs-es, sqlite-es"
    }

    fn events(&self) -> Self::Events {
        SqliteEventRepository::new(self.0.clone())
    }

    fn views(&self) -> Self::Views {
        SqliteViewRepository::new("last_view", self.0.clone())
    }

    async fn run(&self, sql: &str) -> anyhow::Result<()> {
        self.0.execute(sql).await?;
        Ok(())
    }
}

/// A database of that name that is empty.
pub async fn fresh_database(server: &str, name: &str) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(&format!("{server}/postgres")).await?;
    connection.execute(format!("DROP DATABASE IF EXISTS {name}").as_str()).await?;
    connection.execute(format!("CREATE DATABASE {name}").as_str()).await?;
    Ok(())
}

pub async fn on_postgres(address: &str) -> anyhow::Result<Cqrs<OnPostgres>> {
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS_MAX).connect(address).await?;
    Cqrs::over(OnPostgres(pool)).await
}

/// As `default_sqlite_pool`, but with what is committed on disk: the pool's NORMAL may lose the last
/// commits at a power cut, and ours may not.
pub async fn on_sqlite(file: &Path) -> anyhow::Result<Cqrs<OnSqlite>> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true);
    let pool = SqlitePoolOptions::new().max_connections(10).connect_with(options).await?;
    Cqrs::over(OnSqlite(pool)).await
}

type Framework<B> = CqrsFramework<Pathway, PersistedEventStore<<B as Backend>::Events, Pathway>>;

/// Its framework over one of its stores.
pub struct Cqrs<B: Backend> {
    backend: B,
    framework: Arc<Framework<B>>,
    pathways: Vec<String>,
    commands: usize,
}

impl<B: Backend> Cqrs<B> {
    async fn over(backend: B) -> anyhow::Result<Self> {
        for statement in TABLES.split_terminator(';') {
            backend.run(statement).await?;
        }
        let store = PersistedEventStore::new_event_store(backend.events());
        let framework = Arc::new(CqrsFramework::new(store, Vec::new(), ()));
        let ids = (0..PATHWAYS).map(|one| Uuid::new_v5(&Uuid::NAMESPACE_OID, &one.to_be_bytes()));
        let pathways = ids.map(|id| id.to_string()).collect();
        Ok(Self { backend, framework, pathways, commands: 0 })
    }
}

/// What our envelope says of who and where from.
fn metadata() -> HashMap<String, String> {
    let told =
        [("user", "bench"), ("role", "SYSTEM"), ("organisation", "X0X0X"), ("source", "bench")];
    told.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

#[async_trait]
impl<B: Backend> Side for Cqrs<B> {
    fn name(&self) -> &'static str {
        self.backend.name()
    }

    async fn fill(&mut self) -> anyhow::Result<()> {
        for some in self.pathways.chunks(8) {
            let filling = some
                .iter()
                .map(|pathway| self.framework.execute_with_metadata(pathway, STEPS, metadata()));
            try_join_all(filling).await.map_err(|error| anyhow!("{error}"))?;
        }
        Ok(())
    }

    async fn append(&mut self, clients: u64, each: u64) -> anyhow::Result<f64> {
        let mut of_clients: Vec<Vec<String>> = Vec::new();
        for _client in 0..clients {
            let mut mine = Vec::new();
            for _one in 0..each {
                mine.push(self.pathways[self.commands % self.pathways.len()].clone());
                self.commands += 1;
            }
            of_clients.push(mine);
        }
        let begun = Instant::now();
        let running = of_clients.into_iter().map(|pathways| {
            let framework = Arc::clone(&self.framework);
            tokio::spawn(async move {
                for pathway in pathways {
                    let executed = framework.execute_with_metadata(&pathway, 1, metadata()).await;
                    executed.map_err(|error| anyhow!("{error}"))?;
                }
                anyhow::Ok(())
            })
        });
        for ended in try_join_all(running.collect::<Vec<_>>()).await? {
            ended?;
        }
        Ok(begun.elapsed().as_secs_f64())
    }

    async fn replay(&mut self) -> anyhow::Result<f64> {
        let begun = Instant::now();
        let mut stream = self.backend.events().stream_all_events::<Pathway>().await?;
        while let Some(event) = stream.next::<Pathway>(&[]).await {
            black_box(event?);
        }
        Ok(begun.elapsed().as_secs_f64())
    }

    async fn rebuild(&mut self) -> anyhow::Result<Option<f64>> {
        self.backend.run("DELETE FROM last_view").await?;
        let begun = Instant::now();
        let query = GenericQuery::new(Arc::new(self.backend.views()));
        let replay = QueryReplay::new(self.backend.events(), query);
        replay.replay_all().await.map_err(|error| anyhow!("{error}"))?;
        Ok(Some(begun.elapsed().as_secs_f64()))
    }
}
