//! The command line of `waymark report`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use steps::{FunctionCode, OdsCode};

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
    pub(crate) organisation: Option<OdsCode>,
}

#[derive(Debug, Args)]
pub(crate) struct WaitingListArgs {
    /// The day: who was waiting at its end; left out, today.
    #[arg(long, value_name = "DAY")]
    pub(crate) on: Option<NaiveDate>,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Only this provider.
    #[arg(long, value_name = "ODS")]
    pub(crate) provider: Option<OdsCode>,
    /// Only the commissioners of this integrated care board.
    #[arg(long, value_name = "ODS")]
    pub(crate) icb: Option<OdsCode>,
    /// Only this treatment function, as recorded.
    #[arg(long, value_name = "CODE")]
    pub(crate) treatment_function: Option<FunctionCode>,
}
