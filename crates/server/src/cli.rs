//! The command line.

mod letter;
mod returns;
mod simulate;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use uuid::Uuid;

pub(crate) use self::letter::LetterArgs;
pub(crate) use self::returns::{
    AccountArgs, DiffArgs, ReturnArgs, ReturnCommand, RttArgs, WhoseArgs, WlmdsArgs,
};
pub(crate) use self::simulate::SimulateArgs;
use self::simulate::{EXAMPLES, PATHWAYS_MAX};

/// The record of every step between GP and hospital: how long the wait is, who owns the next step,
/// whom to contact, whether promises were kept.
#[derive(Debug, Parser)]
#[command(name = "waymark", version, propagate_version = true)]
pub(crate) struct Cli {
    /// Where events, keys and views are kept.
    #[arg(long, global = true, value_name = "DIR", help_heading = "Global")]
    pub(crate) data_dir: Option<PathBuf>,
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
    #[command(after_long_help = CLOCK_HELP)]
    Clock(ClockArgs),
    /// Try a letter on a file of steps, without a database; nothing is recorded.
    #[command(after_long_help = letter::HELP)]
    Letter(LetterArgs),
    /// Write every step as NDJSON, in the form that `import` reads.
    Export(ExportArgs),
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
pub(crate) struct ImportArgs {
    /// NDJSON file, one step a line; `-` or nothing reads standard input.
    #[arg(value_name = "FILE", conflicts_with_all = ["rtt", "csv", "log"])]
    pub(crate) file: Option<PathBuf>,
    /// A whole log, as `export --log` writes it, into an empty store: moving house. Where it broke off it
    /// is begun again, and nothing is written twice.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["rtt", "csv", "report"])]
    pub(crate) log: Option<PathBuf>,
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

/// What `waymark clock --help` teaches.
const CLOCK_HELP: &str = r#"The lines are those of `waymark import` and `waymark export`: one step a line. They may come in any
order and be of several pathways; `by` may say who recorded a step. Steps that are still to come are
taken too, to see what a decision would do.

Example: a referral, and a decision not to treat that the patient was told of three days later.

  $ cat one.ndjson
  {"pathway":{"id":"6f9619ff-8b86-4011-b42d-00c04fc964ff"},"occurredAt":"2026-01-05","commandId":"11111111-1111-4111-8111-111111111111","by":{"role":"BOOKING_TEAM","organisation":"RJ1"},"step":{"referralReceived":{"provider":"RJ1","service":"RJ1.110","rttScope":"IN_SCOPE","function":"110","route":"OTHER","referralPurpose":"TREATMENT"}}}
  {"pathway":{"id":"6f9619ff-8b86-4011-b42d-00c04fc964ff"},"occurredAt":"2026-03-02","commandId":"22222222-2222-4222-8222-222222222222","step":{"decisionNotToTreat":{"decidedAt":"2026-03-02","communicatedAt":"2026-03-05"}}}

  $ waymark clock one.ndjson
  $ waymark clock one.ndjson --on 2026-01-31 --json
  $ waymark export | waymark clock --json | jq 'select(.state == "TICKING")'

With --json each pathway is one object on a line of its own: its state, its periods with start, stop,
status, days, band and the parts of the return, and for every step what it did to the clock and why.

A line that cannot be read is told with file, line, field and what would be right; then nothing is
worked out, and the exit code is 1."#;

#[derive(Debug, Args)]
pub(crate) struct ClockArgs {
    /// NDJSON file, one step a line; `-` or nothing reads standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The census day: periods are shown as they stood at its end; left out: today in London.
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<NaiveDate>,
    /// Settings of the clock to judge by (TOML, as schema/policies/rtt-clock.toml); left out: those
    /// that ship.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Print JSON, one object a pathway, instead of tables.
    #[arg(long)]
    pub(crate) json: bool,
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
    /// and the keys that open it. `import --log` takes it.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "xes"])]
    pub(crate) log: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// The list on a day, its bands, its trend and the closing of the month, as one HTML page.
    ///
    /// The page holds all it needs: no script, nothing from any network. It opens the data directory
    /// itself, so stop the server first.
    WaitingList(WaitingListArgs),
    /// What became of the promises of a month, and what was told at the interface, as one HTML page.
    ///
    /// Rule by rule with counts and words, by who answers, over twelve months, with the ids of what needs a
    /// look; declines and removals without a reason, concerns, passed work and the medical examiner's cases.
    /// The page holds all it needs: no script, nothing from any network. It opens the data directory
    /// itself, so stop the server first.
    ///
    /// Example: waymark report compliance --month 2026-01 --organisation RJ1 --out promises.html
    #[command(verbatim_doc_comment)]
    Compliance(ComplianceArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ComplianceArgs {
    /// The month in which the promises were opened, such as 2026-01.
    #[arg(long, value_name = "YYYY-MM")]
    pub(crate) month: String,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Only what this organisation answers for, and what concerns it at the interface.
    #[arg(long, value_name = "ODS")]
    pub(crate) organisation: Option<steps::OdsCode>,
}

#[derive(Debug, Args)]
pub(crate) struct WaitingListArgs {
    /// The day: who was waiting at its end; left out, today.
    #[arg(long, value_name = "DAY")]
    pub(crate) on: Option<chrono::NaiveDate>,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Only this provider.
    #[arg(long, value_name = "ODS")]
    pub(crate) provider: Option<steps::OdsCode>,
    /// Only the commissioners of this integrated care board.
    #[arg(long, value_name = "ODS")]
    pub(crate) icb: Option<steps::OdsCode>,
    /// Only this treatment function, as recorded.
    #[arg(long, value_name = "CODE")]
    pub(crate) treatment_function: Option<steps::FunctionCode>,
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

#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// Pathways to simulate; the official extract of South East London has 220,019.
    #[arg(long, default_value_t = 220_019, value_parser = clap::value_parser!(u64).range(1..=PATHWAYS_MAX))]
    pub(crate) pathways: u64,
    /// The seed of the simulated list.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
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
}
