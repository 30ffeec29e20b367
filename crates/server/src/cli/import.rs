//! The arguments of `waymark import`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// NDJSON file, one step a line; `-` or nothing reads standard input.
    #[arg(value_name = "FILE", conflicts_with_all = ["rtt", "csv", "archive"])]
    pub(crate) file: Option<PathBuf>,
    /// A whole log, as `export --archive` writes it, into an empty store: moving house. Where it broke off it
    /// is begun again, and nothing is written twice.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["rtt", "csv", "report"])]
    pub(crate) archive: Option<PathBuf>,
    /// An RTT extract as NHS England publishes it (CSV).
    #[arg(long, value_name = "CSV", conflicts_with = "csv")]
    pub(crate) rtt: Option<PathBuf>,
    /// An extract of your own system (CSV), read through --map; see docs/import-csv.md.
    #[arg(long, value_name = "CSV", requires = "map")]
    pub(crate) csv: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) by_map: CsvArgs,
    /// Which parts of the extract become pathways: 2 (who waits) or all (completed waits too).
    #[arg(long, value_name = "PARTS", default_value = "all", requires = "rtt")]
    pub(crate) parts: PartsArg,
    /// Where to write what was refused, row by row, as NDJSON; without it, to standard error. Of
    /// --csv, a name that ends in .csv is written as CSV.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
}

/// What belongs to `--csv`.
#[derive(Debug, Args)]
pub(crate) struct CsvArgs {
    /// What the columns of --csv are (TOML).
    #[arg(long, value_name = "TOML", requires = "csv")]
    pub(crate) map: Option<PathBuf>,
    /// Of --csv: read and check everything, write nothing, and need no data directory.
    #[arg(long, requires = "csv")]
    pub(crate) dry_run: bool,
    /// Of --csv: withdraw the steps that an earlier file told and that the same row does not tell
    /// now, or whose row is gone; with --dry-run, list the latter.
    #[arg(long, requires = "csv")]
    pub(crate) withdraw_missing: bool,
    /// Of --csv: report every step of every row, and not only what was refused.
    #[arg(long, requires_all = ["csv", "report"])]
    pub(crate) every_row: bool,
}

/// Which parts of an extract become pathways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PartsArg {
    /// Part 2, who waits on the census date.
    #[value(name = "2")]
    Waiting,
    /// Parts 1A and 1B too, with clock starts as near to Part 3 as the bands allow.
    #[value(name = "all")]
    All,
}
