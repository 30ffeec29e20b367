//! The command line of `waymark return`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use steps::OdsCode;

#[derive(Debug, Args)]
pub(crate) struct ReturnArgs {
    #[command(subcommand)]
    pub(crate) command: ReturnCommand,
}

/// All of them take the data directory for themselves: stop the server first.
#[derive(Debug, Subcommand)]
pub(crate) enum ReturnCommand {
    /// Write the official CSV form of a month, after the checks of the guidance (Annex B).
    ///
    /// Takes the data directory for itself: stop the server first. With --out the file goes there and
    /// the queries to standard output; without it the file goes to standard output and the queries to
    /// standard error. Queries are questions to the provider and do not fail the command, unless
    /// --strict is given.
    ///
    /// Example: waymark return rtt --month 2026-01 --icb QKK --out return.csv
    #[command(verbatim_doc_comment)]
    Rtt(RttArgs),
    /// List what changed in a month's return between two moments, and the steps that changed it.
    ///
    /// Takes the data directory for itself: stop the server first.
    ///
    /// Example: waymark return diff --month 2026-01 --from 2026-02-18 --to 2026-03-18
    #[command(verbatim_doc_comment)]
    Diff(DiffArgs),
    /// The month's account: opening, what came, what left and why, closing, by provider and function.
    ///
    /// Opening and removals are unknown where every pathway was laid down from an extract of the
    /// month. Takes the data directory for itself: stop the server first.
    ///
    /// Example: waymark return account --month 2026-01 --provider RJ1
    #[command(verbatim_doc_comment)]
    Account(AccountArgs),
    /// The weekly shape (WLMDS): who waits, clock starts and stops of a week that ends on a Sunday.
    ///
    /// The published column list was not available: the columns are those of
    /// schema/policies/wlmds.toml. Takes the data directory for itself: stop the server first.
    ///
    /// Example: waymark return wlmds --week-ending 2026-02-01 --icb QKK --out week.csv
    #[command(verbatim_doc_comment)]
    Wlmds(WlmdsArgs),
}

/// Whose return.
#[derive(Debug, Clone, Args)]
pub(crate) struct WhoseArgs {
    /// The month, such as 2026-01.
    #[arg(long, value_name = "YYYY-MM")]
    pub(crate) month: String,
    /// Only the commissioners of this integrated care board.
    #[arg(long, value_name = "ODS")]
    pub(crate) icb: Option<OdsCode>,
    /// Only this provider.
    #[arg(long, value_name = "ODS")]
    pub(crate) provider: Option<OdsCode>,
}

#[derive(Debug, Args)]
pub(crate) struct RttArgs {
    #[command(flatten)]
    pub(crate) whose: WhoseArgs,
    /// The file to write; left out: standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// As it was known at this day or instant, whatever was corrected since.
    #[arg(long, value_name = "TIME")]
    pub(crate) as_known_at: Option<String>,
    /// The return of the month before, in the official form, to compare with; left out: the month
    /// before as the log has it.
    #[arg(long, value_name = "CSV")]
    pub(crate) last_month: Option<PathBuf>,
    /// Print the queries as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Exit with 1 where there are queries.
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    #[command(flatten)]
    pub(crate) whose: WhoseArgs,
    /// As it was known at this day or instant.
    #[arg(long, value_name = "TIME")]
    pub(crate) from: String,
    /// And at this one; left out: now.
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<String>,
    /// Print JSON instead of tables.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AccountArgs {
    #[command(flatten)]
    pub(crate) whose: WhoseArgs,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct WlmdsArgs {
    /// The Sunday on which the week ends.
    #[arg(long, value_name = "DATE")]
    pub(crate) week_ending: NaiveDate,
    /// Only the commissioners of this integrated care board.
    #[arg(long, value_name = "ODS")]
    pub(crate) icb: Option<OdsCode>,
    /// Only this provider.
    #[arg(long, value_name = "ODS")]
    pub(crate) provider: Option<OdsCode>,
    /// The file to write; left out: standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// As it was known at this day or instant, whatever was corrected since.
    #[arg(long, value_name = "TIME")]
    pub(crate) as_known_at: Option<String>,
}
