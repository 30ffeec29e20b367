//! The log on PostgreSQL: what a replay costs beside the bare driver, and what appends share.

use std::{collections::HashMap, hint::black_box, time::Instant};

use anyhow::{Context, bail};
use event_store::Position;
use rtt_extract::Parts;
use steps::StepKind;
use store_postgres::Address;

use super::{
    Bench,
    append::{CLIENTS, COMMANDS_A_CLIENT, Clients},
    finding::{Finding, Promise, percentile, real},
};
use crate::{commands::import, config::Settings, house::Cellar, log::Place};

/// Events of one page: what a follower of the log is given.
const PAGE_EVENTS: u64 = 2_000;

/// Rounds of all clients together, after one to warm up.
const ROUNDS: usize = 20;

/// What the store reads of an event, by a statement that is prepared once.
const BARE: &str = "SELECT position, stream_no, stream_id, revision, event_id, kind_no, version,
        occurred, occurred_is_day, entered, recorded_at, meta, payload, key_id, sealed
    FROM waymark.events WHERE position > $1 AND position <= $2 ORDER BY position";

/// Whether the settings name a database.
pub(super) fn is_named(settings: &Settings) -> bool {
    matches!(settings.store, Place::Postgres(_))
}

/// Fills the log, reads it by turns both ways, then appends.
pub(super) async fn measure(bench: &Bench, settings: &Settings) -> anyhow::Result<Vec<Finding>> {
    let Place::Postgres(database) = &settings.store else {
        bail!("PostgreSQL is measured on a database of its own: say which with --store");
    };
    let address = &database.address;
    let there = Settings { data_dir: bench.dir.join("postgres"), ..settings.clone() };
    let cellar = Cellar::chosen(&there).await?;
    if cellar.store.head().await? != Position::START {
        bail!("the log at {address} is not empty: name a database that has none");
    }
    import::extract::lay_down(&cellar.recorder, &bench.extract, Parts::Waiting).await?.check()?;
    let mut findings = vec![replay(&cellar, address).await?];
    findings.push(append(bench, &cellar).await?);
    cellar.store.close();
    Ok(findings)
}

/// Both ways page by page, so that whatever else the machine does meets both.
async fn replay(cellar: &Cellar, address: &Address) -> anyhow::Result<Finding> {
    let bare = Bare::open(address).await?;
    let head = cellar.store.head().await?.0;
    let (mut stored, mut driven, mut ratios) = (0.0, 0.0, Vec::new());
    for after in (0..head).step_by(usize::try_from(PAGE_EVENTS)?) {
        let begun = Instant::now();
        read_from_store(cellar, Position(after)).await?;
        let middle = Instant::now();
        bare.read(after).await?;
        let (one, other) = ((middle - begun).as_secs_f64(), middle.elapsed().as_secs_f64());
        (stored, driven) = (stored + one, driven + other);
        ratios.push(other / one);
    }
    let thousand = real(head) / 1_000.0;
    Ok(Finding {
        name: "PostgreSQL replay with decode, to the bare driver with decode",
        measured: percentile(&mut ratios, 0.5),
        unit: "x",
        promise: Promise::AtLeast(0.7),
        how: format!(
            "median of {} pages of {PAGE_EVENTS} by turns; {:.0} and {:.0} thousand events a second",
            ratios.len(),
            thousand / stored,
            thousand / driven
        ),
    })
}

async fn read_from_store(cellar: &Cellar, after: Position) -> anyhow::Result<()> {
    for stored in cellar.store.read_log(after, usize::try_from(PAGE_EVENTS)?).await? {
        let event = &stored.event;
        let kind = StepKind::from_name(&event.kind).context("a step of another edition")?;
        black_box(steps::decode(kind, event.version, &event.payload)?);
    }
    Ok(())
}

/// The driver alone, with the names of types at hand.
struct Bare {
    client: deadpool_postgres::Client,
    statement: tokio_postgres::Statement,
    kinds: HashMap<i32, StepKind>,
}

impl Bare {
    async fn open(address: &Address) -> anyhow::Result<Self> {
        let pool = address.pool(1).map_err(anyhow::Error::from_boxed)?;
        let client = pool.get().await?;
        let statement = client.prepare(BARE).await?;
        let rows = client.query("SELECT kind_no, name FROM waymark.kinds", &[]).await?;
        let named =
            rows.iter().filter_map(|row| Some((row.get(0), StepKind::from_name(row.get(1))?)));
        let kinds = named.collect();
        Ok(Self { client, statement, kinds })
    }

    async fn read(&self, after: u64) -> anyhow::Result<()> {
        let (from, to) = (after.cast_signed(), (after + PAGE_EVENTS).cast_signed());
        for row in self.client.query(&self.statement, &[&from, &to]).await? {
            let kind = self.kinds.get(&row.get(5)).context("a step of another edition")?;
            let version = u16::try_from(row.get::<_, i32>(6))?;
            black_box(steps::decode(*kind, version, row.get(12))?);
        }
        Ok(())
    }
}

/// Every client waits for its answer before its next command.
async fn append(bench: &Bench, cellar: &Cellar) -> anyhow::Result<Finding> {
    let mut clients = Clients::new(bench, cellar.recorder.clone())?;
    clients.record_all(CLIENTS).await?;
    let (before, begun) = (cellar.store.stats(), Instant::now());
    for _round in 0..ROUNDS {
        clients.record_together().await?;
    }
    let (after, seconds) = (cellar.store.stats(), begun.elapsed().as_secs_f64());
    let (events, commits) = (after.events - before.events, after.commits - before.commits);
    Ok(Finding {
        name: "PostgreSQL append, 32 waiting clients",
        measured: real(events) / real(commits.max(1)),
        unit: "events a commit",
        promise: Promise::AtLeast(12.0),
        how: format!(
            "{ROUNDS} rounds of {COMMANDS_A_CLIENT} commands each, through the recorder; {:.0} events a second",
            real(events) / seconds
        ),
    })
}
