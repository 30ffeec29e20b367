//! The arguments of `waymark simulate`.

use std::path::PathBuf;

use clap::Args;

/// More people than this do not wait in any country, and their list would not fit in memory.
pub(super) const PATHWAYS_MAX: u64 = 20_000_000;

/// What `simulate --help` ends with.
pub(super) const EXAMPLES: &str = "\
Examples:
  # A list the size of South East London's, as an extract to read or to import
  waymark simulate --pathways 220019 --out simulated.csv
  waymark import --data-dir ./simulated --rtt simulated.csv --parts 2

  # The same, laid down as pathways with their steps and all views, ready to serve
  waymark simulate --pathways 220019 --data-dir ./simulated
  waymark serve --data-dir ./simulated

Providers, treatment functions, week bands and decisions to admit are in the proportions of
NHS England's RTT extract of January 2026 for South East London (Open Government Licence v3.0).
It has Parts 2 and 2A, without total rows. Codes begin with MU, names end with (simulated), and
every step is marked as simulated. A list above 220,019 is that of several integrated care
boards.

A pathway has about 4.6 steps, and each takes room and time: 7.2 million pathways, the size of
the national list, are some 33 million steps. An extract of them is quick and small.";

#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    /// How many people wait.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=PATHWAYS_MAX))]
    pub(crate) pathways: u64,
    /// Write the list here, in the form of the official RTT extract, and lay nothing down. The file
    /// must not exist yet.
    #[arg(long, value_name = "CSV")]
    pub(crate) out: Option<PathBuf>,
    /// The same number and seed give the same list; another seed gives another list.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
}
