//! What an extract holds, typed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use steps::{FunctionCode, Label, OdsCode};

/// The commissioner code that stands for every commissioner outside England.
pub(crate) const NON_ENGLISH: &str = "NONC";

/// The function code of the rows that total the others.
pub(crate) const TOTAL_FUNCTION: &str = "C_999";

/// One month's extract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract {
    /// The period as the file names it, `RTT-January-2026`.
    pub period: String,
    /// The date the list was counted: the last day of the month, or the date the caller gave.
    pub census: NaiveDate,
    /// Its rows, in the order of the file.
    pub rows: Vec<ExtractRow>,
    /// Every provider, commissioner and parent that it names.
    pub organisations: BTreeMap<OdsCode, OrganisationEntry>,
    /// What is odd and does not stop the reading.
    pub warnings: Vec<Warning>,
}

impl Extract {
    /// The rows of one part that are no totals of other rows.
    pub fn rows_of(&self, part: Part) -> impl Iterator<Item = &ExtractRow> {
        self.rows.iter().filter(move |row| row.part == part && !row.is_total())
    }

    /// How many waits were completed in the month.
    pub fn completed_pathways(&self) -> u64 {
        let rows = self.rows.iter().filter(|row| row.part.is_completed() && !row.is_total());
        rows.map(|row| u64::from(row.total_all)).sum()
    }

    /// How many pathways wait on the census date.
    pub fn open_pathways(&self) -> u64 {
        self.rows_of(Part::Incomplete).map(|row| u64::from(row.total_all)).sum()
    }

    /// The commissioners that belong to an integrated care board.
    pub fn commissioners_of(&self, icb: &OdsCode) -> Vec<OdsCode> {
        let commissioners = self.organisations.iter().filter(|(_, entry)| entry.commissions);
        let theirs = commissioners.filter(|(_, entry)| entry.parent.as_ref() == Some(icb));
        theirs.map(|(code, _)| code.clone()).collect()
    }
}

/// A row: one provider, commissioner, part and function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtractRow {
    /// Its line in the file; the header is line 1.
    pub line: u64,
    /// The provider.
    pub provider: OdsCode,
    /// The commissioner, `NONC` for one outside England.
    pub commissioner: OdsCode,
    /// Which part of the return.
    pub part: Part,
    /// The reporting function, kept as given.
    pub function: FunctionCode,
    /// The name of the function, where it is given.
    pub function_name: Option<Label>,
    /// How many waited how long, one number a week band; empty in `Part_3`.
    pub bands: Vec<u32>,
    /// How many have no known clock start (completed parts only).
    pub unknown_start: u32,
    /// `Total All`: bands and unknown starts together.
    pub total_all: u32,
}

impl ExtractRow {
    /// Whether it is the total of the provider's other rows (`C_999`).
    pub fn is_total(&self) -> bool {
        self.function.as_str() == TOTAL_FUNCTION
    }

    /// How many waited in one week band.
    pub fn in_band(&self, band: usize) -> u32 {
        self.bands.get(band).copied().unwrap_or(0)
    }
}

/// Part of the return (RTT guidance v5.0, 10.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// `Part_1A`: completed in the month, admitted.
    CompletedAdmitted,
    /// `Part_1B`: completed in the month, not admitted.
    CompletedNonAdmitted,
    /// `Part_2`: waiting on the census date.
    Incomplete,
    /// `Part_2A`: waiting on the census date with a decision to admit; part of `Part_2`.
    IncompleteWithDecisionToAdmit,
    /// `Part_3`: periods that began in the month.
    NewPeriods,
}

impl Part {
    /// The part of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "Part_1A" => Some(Self::CompletedAdmitted),
            "Part_1B" => Some(Self::CompletedNonAdmitted),
            "Part_2" => Some(Self::Incomplete),
            "Part_2A" => Some(Self::IncompleteWithDecisionToAdmit),
            "Part_3" => Some(Self::NewPeriods),
            _ => None,
        }
    }

    /// Its name in the file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CompletedAdmitted => "Part_1A",
            Self::CompletedNonAdmitted => "Part_1B",
            Self::Incomplete => "Part_2",
            Self::IncompleteWithDecisionToAdmit => "Part_2A",
            Self::NewPeriods => "Part_3",
        }
    }

    /// Its description in the file.
    pub const fn description(self) -> &'static str {
        match self {
            Self::CompletedAdmitted => "Completed Pathways For Admitted Patients",
            Self::CompletedNonAdmitted => "Completed Pathways For Non-Admitted Patients",
            Self::Incomplete => "Incomplete Pathways",
            Self::IncompleteWithDecisionToAdmit => "Incomplete Pathways with DTA",
            Self::NewPeriods => "New RTT Periods - All Patients",
        }
    }

    /// Whether it counts stops in the month, some of which may have no known start.
    pub const fn is_completed(self) -> bool {
        matches!(self, Self::CompletedAdmitted | Self::CompletedNonAdmitted)
    }

    /// Every part, in the order of the file.
    pub const ALL: [Self; 5] = [
        Self::CompletedAdmitted,
        Self::CompletedNonAdmitted,
        Self::Incomplete,
        Self::IncompleteWithDecisionToAdmit,
        Self::NewPeriods,
    ];
}

/// Which parts of a file become pathways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// Who waits on the census date (`Part_2`, with its share of `Part_2A`).
    Waiting,
    /// Those, and everyone whose wait was completed in the month (`Part_1A`, `Part_1B`), with clock
    /// starts as near to `Part_3` as the bands allow.
    All,
}

/// An organisation as the extract names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationEntry {
    /// Its name.
    pub name: Label,
    /// What it belongs to, where the file says.
    pub parent: Option<OdsCode>,
    /// Whether it provides care in this file.
    pub provides: bool,
    /// Whether it commissions care in this file.
    pub commissions: bool,
}

/// Something odd at a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The line; the header is line 1.
    pub line: u64,
    /// What is odd.
    pub kind: WarningKind,
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.kind)
    }
}

/// What can be odd in a row that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WarningKind {
    /// The provider has no parent.
    NoProviderParent,
    /// The commissioner has no parent, so the row is in no ICB's figures.
    NoCommissionerParent,
    /// The commissioner is outside England, so the row is in no English figure.
    NotEnglish,
    /// More wait with a decision to admit than wait at all; the surplus is left out.
    MoreAdmittedThanWaiting,
}

impl std::fmt::Display for WarningKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoProviderParent => "the provider has no parent",
            Self::NoCommissionerParent => "the commissioner has no parent: no ICB counts this row",
            Self::NotEnglish => "commissioned outside England: English figures leave it out",
            Self::MoreAdmittedThanWaiting => {
                "a band of Part_2A exceeds that of Part_2: the surplus is left out"
            }
        })
    }
}
