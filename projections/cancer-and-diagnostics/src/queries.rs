//! The figures: cancer clocks that stopped in a month, and tests waited for on a day.

use chrono::NaiveDate;
use pathway::{Month, cancer_and_diagnostics::Standard};
use projector::{Connection, SqlError, SqlRow, named_params};
use steps::OdsCode;

/// The key of the group of everyone.
pub const TOTAL: &str = "TOTAL";
/// The key of what is not known.
pub const UNKNOWN: &str = "UNKNOWN";

/// Why figures could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FiguresError {
    /// The view's file could not be read.
    #[error("the cancer and diagnostic clocks cannot be read")]
    Unreadable(#[from] SqlError),
    /// A row of it is no figure.
    #[error("the view holds a row that is no clock: rebuild it")]
    Broken,
}

/// Which cancer clocks: those that stopped in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancerAsk {
    /// The month.
    pub month: Month,
    /// Only this provider.
    pub provider: Option<OdsCode>,
    /// Only this standard.
    pub standard: Option<Standard>,
}

/// How many stopped, of one part of a standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancerFigure {
    /// The standard.
    pub standard: Standard,
    /// A route, `CONSULTANT_UPGRADE`, `FIRST_TREATMENT` or `SUBSEQUENT_TREATMENT`.
    pub part: String,
    /// How many stopped that a standard judges.
    pub number: u32,
    /// How many of them within it.
    pub within: u32,
    /// How many stopped that none judges, for none was in force on the day they count from.
    pub unjudged: u32,
}

/// What a list of tests is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupBy {
    /// Nothing: one group.
    Total,
    /// Which of the fifteen tests.
    Test,
    /// Who does the test.
    Provider,
    /// Who pays.
    Commissioner,
}

impl GroupBy {
    pub(crate) const fn column(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Test => "test",
            Self::Provider => "provider",
            Self::Commissioner => "commissioner",
        }
    }
}

/// Which tests: those waited for on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiagnosticAsk {
    /// The day: who waited at its end. A test done on the day is no longer waited for.
    pub on: NaiveDate,
    /// Only this provider.
    pub provider: Option<OdsCode>,
    /// What the list is divided by.
    pub group_by: GroupBy,
}

/// How many wait for tests, of one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiagnosticFigure {
    /// A test, a code, [`TOTAL`] or [`UNKNOWN`].
    pub key: String,
    /// How many wait.
    pub waiting: u32,
    /// How many of them for six weeks or more: 42 days.
    pub six_weeks_or_more: u32,
    /// How many of them for thirteen weeks or more: 91 days.
    pub thirteen_weeks_or_more: u32,
}

impl CancerAsk {
    /// The figures, by standard and part. A part in which none stopped is not there.
    pub fn figures(&self, conn: &Connection) -> Result<Vec<CancerFigure>, FiguresError> {
        let sql =
            concat!(include_str!("queries/stopped.sql"), include_str!("queries/count_stopped.sql"));
        let asked = named_params! {
            ":from": day_number(self.month.first()),
            ":until": day_number(self.month.next().first()),
            ":provider": self.provider.as_ref().map(OdsCode::as_str),
            ":standard": self.standard.map(Standard::code),
        };
        let mut figures = conn.all(sql, asked, cancer_figure)?;
        figures.sort_by(|one, other| (one.standard, &one.part).cmp(&(other.standard, &other.part)));
        Ok(figures)
    }
}

impl DiagnosticAsk {
    /// The figures, by key. Without a division there is always one.
    pub fn figures(&self, conn: &Connection) -> Result<Vec<DiagnosticFigure>, FiguresError> {
        let sql = concat!(
            include_str!("queries/waited_for.sql"),
            include_str!("queries/count_waiting.sql")
        );
        let asked = named_params! {
            ":day": day_number(self.on),
            ":provider": self.provider.as_ref().map(OdsCode::as_str),
            ":group_by": self.group_by.column(),
        };
        let mut figures = conn.all(sql, asked, diagnostic_figure)?;
        if figures.is_empty() && self.group_by == GroupBy::Total {
            let key = TOTAL.to_owned();
            let (waiting, six_weeks_or_more, thirteen_weeks_or_more) = (0, 0, 0);
            figures.push(DiagnosticFigure {
                key,
                waiting,
                six_weeks_or_more,
                thirteen_weeks_or_more,
            });
        }
        Ok(figures)
    }
}

fn cancer_figure(row: &SqlRow<'_>) -> Result<CancerFigure, FiguresError> {
    let code: String = row.get("standard")?;
    Ok(CancerFigure {
        standard: Standard::from_code(&code).ok_or(FiguresError::Broken)?,
        part: row.get("part")?,
        number: row.get("number")?,
        within: row.get("within")?,
        unjudged: row.get("unjudged")?,
    })
}

fn diagnostic_figure(row: &SqlRow<'_>) -> Result<DiagnosticFigure, FiguresError> {
    Ok(DiagnosticFigure {
        key: row.get("key")?,
        waiting: row.get("waiting")?,
        six_weeks_or_more: row.get("six_weeks_or_more")?,
        thirteen_weeks_or_more: row.get("thirteen_weeks_or_more")?,
    })
}

pub(crate) fn day_number(day: NaiveDate) -> i64 {
    day.signed_duration_since(NaiveDate::default()).num_days()
}
