//! disintegrate over PostgreSQL: an append that is validated against the pathway's events, and its stream.

use std::{
    hint::black_box,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use anyhow::bail;
use async_trait::async_trait;
use disintegrate::{EventStore, StreamItem, StreamQuery, query, serde::json::Json};
use disintegrate_postgres::{Error, PgEventId, PgEventStore};
use futures::{StreamExt, future::try_join_all};
use sqlx::{
    Executor,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use uuid::Uuid;

use crate::{
    cqrs::CONNECTIONS_MAX,
    event::{Booked, PathwayFact},
    side::{PATHWAYS, STEPS, Side},
};

/// Its own function holds a number in base 16, which PostgreSQL 15 does not read.
const IN_BASE_TEN: &str = "DO $$ BEGIN EXECUTE replace(
    pg_get_functiondef('event_store_begin_epoch'::regproc), '0xFFFFFFFF', '4294967295'); END $$";

type Store = PgEventStore<PathwayFact, Json<PathwayFact>>;

/// Its store.
pub struct Disintegrated {
    store: Store,
    pathways: Vec<String>,
    commands: usize,
    retried: Arc<AtomicU64>,
}

pub async fn on_postgres(address: &str) -> anyhow::Result<Disintegrated> {
    let options: PgConnectOptions = address.parse()?;
    // So that the function is taken unread, and can be written in base ten.
    let options = options.options([("check_function_bodies", "off")]);
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS_MAX).connect_with(options).await?;
    let store = PgEventStore::try_new(pool.clone(), Json::default()).await?;
    pool.execute(IN_BASE_TEN).await?;
    let ids = (0..PATHWAYS).map(|one| Uuid::new_v5(&Uuid::NAMESPACE_OID, &one.to_be_bytes()));
    let pathways = ids.map(|id| id.to_string()).collect();
    Ok(Disintegrated { store, pathways, commands: 0, retried: Arc::default() })
}

fn fact(pathway: &str) -> PathwayFact {
    PathwayFact::Booked { pathway: pathway.to_owned(), booked: Booked::sample() }
}

fn of_pathway(pathway: &str) -> StreamQuery<PgEventId, PathwayFact> {
    query!(PathwayFact; pathway == pathway.to_owned())
}

/// Reads the pathway's events and appends one that no other has come before; again where one has.
async fn record(store: &Store, pathway: &str, retried: &AtomicU64) -> anyhow::Result<()> {
    loop {
        let query = of_pathway(pathway);
        let mut last = 0;
        let mut events = store.stream(&query);
        while let Some(item) = events.next().await {
            last = item?.id();
        }
        drop(events);
        match store.append(vec![fact(pathway)], query, last).await {
            Ok(_written) => return Ok(()),
            Err(Error::Concurrency) => retried.fetch_add(1, Ordering::Relaxed),
            Err(Error::Database(error)) if is_lost_race(&error) => {
                retried.fetch_add(1, Ordering::Relaxed)
            }
            Err(error) => bail!(error),
        };
    }
}

fn is_lost_race(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|refused| refused.code()).as_deref() == Some("40001")
}

#[async_trait]
impl Side for Disintegrated {
    fn name(&self) -> &'static str {
        "disintegrate-postgres"
    }

    async fn fill(&mut self) -> anyhow::Result<()> {
        for pathway in &self.pathways {
            let facts = (0..STEPS).map(|_one| fact(pathway)).collect();
            self.store.append_without_validation(facts).await?;
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
            let (store, retried) = (self.store.clone(), Arc::clone(&self.retried));
            tokio::spawn(async move {
                for pathway in pathways {
                    record(&store, &pathway, &retried).await?;
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
        let all: StreamQuery<PgEventId, PathwayFact> = query!(PathwayFact);
        let mut events = self.store.stream(&all);
        while let Some(item) = events.next().await {
            if let StreamItem::Event(event) = item? {
                black_box(event);
            }
        }
        Ok(begun.elapsed().as_secs_f64())
    }

    /// It hands events to a listener; how a view is written is nothing of its own.
    async fn rebuild(&mut self) -> anyhow::Result<Option<f64>> {
        Ok(None)
    }

    fn retried(&self) -> u64 {
        self.retried.load(Ordering::Relaxed)
    }
}
