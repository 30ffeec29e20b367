//! The command line.

mod backup;
mod bench;
mod clock;
mod import;
mod letter;
mod report;
mod returns;
mod simulate;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use uuid::Uuid;

use self::simulate::EXAMPLES;
pub(crate) use self::{
    backup::BackupArgs,
    bench::{BenchArgs, BenchPart},
    clock::ClockArgs,
    import::{CsvArgs, ImportArgs, PartsArg},
    letter::LetterArgs,
    report::{ComplianceArgs, ReportCommand, WaitingListArgs},
    returns::{AccountArgs, DiffArgs, ReturnArgs, ReturnCommand, RttArgs, WhoseArgs, WlmdsArgs},
    simulate::SimulateArgs,
};
use crate::log::PlaceText;

/// The record of every step between GP and hospital: how long the wait is, who owns the next step,
/// whom to contact, whether promises were kept.
#[derive(Debug, Parser)]
#[command(name = "waymark", version, propagate_version = true)]
pub(crate) struct Cli {
    /// Where events, keys and views are kept.
    #[arg(long, global = true, value_name = "DIR", help_heading = "Global")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Where the log is: `sqlite`, in the data directory, `postgres://user@host/database`, or
    /// `kurrentdb://host:2113`. An address with a password belongs in `WAYMARK_STORE` or the settings file, where no
    /// list of processes shows it.
    #[arg(long, global = true, value_name = "PLACE", help_heading = "Global")]
    pub(crate) store: Option<PlaceText>,
    /// What a log on KurrentDB is called there: 1 to 32 of a-z and 0-9; `waymark` unless it is said.
    #[arg(long, global = true, value_name = "NAME", help_heading = "Global")]
    pub(crate) store_log: Option<String>,
    /// Where views, keys and what servers share are, with a log on KurrentDB: `postgres://user@host/database`. Without
    /// it they lie in the data directory, for one server. An address with a password belongs in `WAYMARK_VIEWS` or
    /// the settings file.
    #[arg(long = "views", global = true, value_name = "PLACE", help_heading = "Global")]
    pub(crate) views_at: Option<PlaceText>,
    /// Where the keys are, if not in the database of the log or of the views: `postgres://user@host/database`. An
    /// address with a password belongs in `WAYMARK_KEYS` or the settings file.
    #[arg(long, global = true, value_name = "PLACE", help_heading = "Global")]
    pub(crate) keys: Option<PlaceText>,
    /// The settings file; without it ./waymark.toml is read if it is there.
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global")]
    pub(crate) config: Option<PathBuf>,
    /// What to log: error, warn, info, debug, or a filter such as `api=debug`.
    #[arg(long, global = true, value_name = "FILTER", help_heading = "Global")]
    pub(crate) log: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Seed a demo town, print tokens and ready queries, and serve. A second start keeps its data.
    Demo(ServeArgs),
    /// Serve GraphQL at /graphql over the data directory.
    Serve(ServeArgs),
    /// Record steps from NDJSON or your own CSV, or lay down the pathways that an RTT extract counts.
    Import(ImportArgs),
    /// Work out the RTT clock of the pathways in a file of steps, without a database, and say why.
    #[command(after_long_help = clock::HELP)]
    Clock(ClockArgs),
    /// Try a letter on a file of steps, without a database; nothing is recorded.
    #[command(after_long_help = letter::HELP)]
    Letter(LetterArgs),
    /// Write every step as NDJSON, in the form that `import` reads.
    Export(ExportArgs),
    /// Copy the log, the keys and what else cannot be made again, beside a running server; or check a copy.
    #[command(after_long_help = backup::HELP)]
    Backup(BackupArgs),
    /// Write a page for people: the waiting list as a table and charts.
    #[command(subcommand)]
    Report(ReportCommand),
    /// Build views again from the whole log, beside those in use, and switch to them.
    Rebuild(RebuildArgs),
    /// Build every view as it was at a position or moment into a fresh directory, and print a digest of each.
    Replay(ReplayArgs),
    /// Try again the pathways that stand still in a view.
    Retry,
    /// Write the RTT return of a month, its checks, what changed in it, or the month's account.
    Return(ReturnArgs),
    /// List the steps that wait for their pathway, or link one to it.
    Parked(ParkedArgs),
    /// Print the GraphQL schema.
    Schema,
    /// Print a token of the local demo identity.
    Token(TokenArgs),
    /// Ask a running server whether it is ready; exit code 1 if not.
    Health(HealthArgs),
    /// Make a waiting list of any size, in the proportions of a real one. Nobody in it is real.
    #[command(after_help = EXAMPLES)]
    Simulate(SimulateArgs),
    /// Measure what the README promises, as ratios in one run.
    Bench(BenchArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Address to listen on.
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) listen: Option<String>,
    /// Serve beyond this machine although tokens are signed by a local demo key.
    #[arg(long)]
    pub(crate) allow_demo_identity: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// File to write; `-` or nothing writes to standard output.
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Write the steps in effect as XES (IEEE 1849-2016) instead: a trace a pathway, for process mining.
    /// Personal fields are left out.
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    pub(crate) xes: Option<PathBuf>,
    /// Write the whole log as it is instead, to move house: ids, times, revisions and order, what is sealed
    /// and the keys that open it. `import --archive` takes it.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "xes"])]
    pub(crate) archive: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RebuildArgs {
    /// The views; none names all.
    #[arg(value_name = "VIEW")]
    pub(crate) views: Vec<String>,
    /// Switch although the new rows differ from those in use.
    #[arg(long)]
    pub(crate) accept: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// A position (p42 or 42), a day or an instant; left out: the end of the log.
    #[arg(long, value_name = "POSITION|TIME")]
    pub(crate) to: Option<String>,
    /// A directory that does not exist yet, or is empty.
    #[arg(long, value_name = "DIR")]
    pub(crate) into: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ParkedArgs {
    /// Print JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Option<ParkedCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ParkedCommand {
    /// Record a parked step on the pathway that it belongs to.
    Link {
        /// The inbox in which it waits.
        #[arg(long, value_name = "UUID")]
        inbox: Uuid,
        /// The parked event.
        #[arg(long, value_name = "UUID")]
        event: Uuid,
        /// The pathway.
        #[arg(long, value_name = "UUID")]
        pathway: Uuid,
    },
}

#[derive(Debug, Args)]
pub(crate) struct TokenArgs {
    /// patient, staff or auditor.
    #[arg(long, value_parser = ["patient", "staff", "auditor"], default_value = "staff")]
    pub(crate) standing: String,
    /// The role acted in, as steps have it; left out: PATIENT, CLINICIAN or AUDITOR by standing.
    #[arg(long)]
    pub(crate) role: Option<String>,
    /// The organisation acted for.
    #[arg(long, value_name = "ODS")]
    pub(crate) organisation: String,
    /// The person, for a patient.
    #[arg(long, value_name = "UUID")]
    pub(crate) subject: Option<String>,
    /// Hours it is good for.
    #[arg(long, default_value_t = 12)]
    pub(crate) hours: u64,
}

#[derive(Debug, Args)]
pub(crate) struct HealthArgs {
    /// The server.
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) listen: Option<String>,
}
