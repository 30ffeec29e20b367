//! The arguments of `waymark bench`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::simulate::PATHWAYS_MAX;

/// A log that can still be looked at three times.
const EVENTS_MIN: u64 = 2_000;

/// As many events as the largest simulated list has at least.
const EVENTS_MAX: u64 = 4 * PATHWAYS_MAX;

#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// Pathways to simulate; the official extract of South East London has 220,019.
    #[arg(long, default_value_t = 220_019, value_parser = clap::value_parser!(u64).range(1..=PATHWAYS_MAX))]
    pub(crate) pathways: u64,
    /// The seed of the simulated list.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// How far the log of `--only growth` grows. At 20 million it takes some 10 GB of disk, and hours.
    #[arg(long, value_name = "N", default_value_t = 20_000_000, value_parser = clap::value_parser!(u64).range(EVENTS_MIN..=EVENTS_MAX))]
    pub(crate) events: u64,
    /// The extract to lay down instead of a simulated list.
    #[arg(long, value_name = "CSV")]
    pub(crate) rtt: Option<PathBuf>,
    /// Measure this alone; may be said several times.
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Vec<BenchPart>,
    /// Keep the data directory; without it, it is removed. An empty one may be named.
    #[arg(long)]
    pub(crate) keep: bool,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BenchPart {
    /// Laying down the whole list, with its views.
    Import,
    /// Durable commands, alone and together.
    Append,
    /// Reading and decoding the whole log.
    Replay,
    /// Building all views, to the live path and to a bare insert.
    Rebuild,
    /// The patient's question over HTTP, to a bare statement.
    WhoToContact,
    /// The figures of the whole list over HTTP.
    WaitingTimes,
    /// Pages of work lists over HTTP.
    WorkLists,
    /// Every grouping of the list and the month's account, in memory, to a bare indexed query. Lays
    /// nothing down when said alone.
    Lists,
    /// A year of an integrated care board's promises, judged, counted and asked for. Lays no log down.
    Scorecards,
    /// A pathway judged by every pack, to decoding its steps. Lays nothing down when said alone.
    Promises,
    /// The log on PostgreSQL, to the bare driver: with --store and an empty database alone.
    Postgres,
    /// The log on KurrentDB, to the bare client: with --store, and a log there that is empty.
    Kurrent,
    /// What an event costs as the log grows to --events, with --store on PostgreSQL. Only where it is said.
    Growth,
}
