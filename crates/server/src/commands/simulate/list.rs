//! A simulated list: as many people as asked for, in the proportions of a real one.
//!
//! A list larger than that of one integrated care board is that of several, each with a commissioner
//! and ten large providers of its own; the smaller providers serve all of them.

use std::collections::BTreeMap;

use anyhow::anyhow;
use chrono::NaiveDate;
use rtt_extract::{BANDS, Extract, ExtractRow, OrganisationEntry, Part};
use steps::{FunctionCode, OdsCode};

use super::{
    chance::{Chance, Shares},
    shape,
};

/// So many of the largest providers serve one board only.
const OF_ONE_BOARD: usize = 10;

/// Who waits for whom: the places of a board, a provider and a function, each from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    board: u64,
    provider: usize,
    function: usize,
}

/// How many of a line wait in each band, and how many of them with a decision to admit.
struct Counts {
    waiting: Vec<u32>,
    decided: Vec<u32>,
}

/// A list of so many people. The same number and seed give the same list.
pub(in crate::commands) fn simulated(pathways: u64, seed: u64) -> anyhow::Result<Extract> {
    let mut rows = Vec::new();
    for (line, counts) in drawn(pathways, seed) {
        rows.push(row(line, Part::Incomplete, counts.waiting)?);
        if counts.decided.iter().any(|count| *count > 0) {
            rows.push(row(line, Part::IncompleteWithDecisionToAdmit, counts.decided)?);
        }
    }
    (2..).zip(&mut rows).for_each(|(line, row)| row.line = line);
    let census = NaiveDate::from_ymd_opt(2026, 1, 31).unwrap_or_default();
    let organisations = organisations(&rows, boards(pathways))?;
    let period = "RTT-January-2026".to_owned();
    Ok(Extract { period, census, rows, organisations, warnings: Vec::new() })
}

/// As many boards as lists of the real size make up so many people.
fn boards(pathways: u64) -> u64 {
    pathways.div_ceil(u64::from(shape::PATHWAYS)).max(1)
}

fn drawn(pathways: u64, seed: u64) -> BTreeMap<Line, Counts> {
    let tables: [Shares; 3] = [shape::providers(), shape::functions(), shape::bands()];
    let [providers, functions, bands] = &tables;
    let boards = boards(pathways);
    let mut lines: BTreeMap<Line, Counts> = BTreeMap::new();
    for pathway in 0..pathways {
        let mut chance = Chance::of(seed, pathway);
        let (provider, function) = (chance.place(providers), chance.place(functions));
        let counts = lines.entry(Line { board: pathway % boards, provider, function }).or_default();
        let is_decided = chance.below(shape::PATHWAYS) < shape::DECIDED;
        counts.add(chance.place(bands), is_decided);
    }
    lines
}

impl Default for Counts {
    fn default() -> Self {
        Self { waiting: vec![0; BANDS], decided: vec![0; BANDS] }
    }
}

impl Counts {
    fn add(&mut self, band: usize, is_decided: bool) {
        if let Some(count) = self.waiting.get_mut(band) {
            *count += 1;
        }
        if let Some(count) = self.decided.get_mut(band).filter(|_| is_decided) {
            *count += 1;
        }
    }
}

fn row(line: Line, part: Part, bands: Vec<u32>) -> anyhow::Result<ExtractRow> {
    let (function, function_name) = shape::function(line.function);
    let function: FunctionCode = function.parse().map_err(|bad| anyhow!("{bad}"))?;
    Ok(ExtractRow {
        line: 0,
        provider: provider(line)?,
        commissioner: code(&format!("MUC{:02}", line.board))?,
        part,
        function,
        function_name: function_name.parse().ok(),
        unknown_start: 0,
        total_all: bands.iter().sum(),
        bands,
    })
}

/// `MUP` with board and rank where a board has it to itself, `MUS` with the rank where all share it.
fn provider(line: Line) -> anyhow::Result<OdsCode> {
    if line.provider < OF_ONE_BOARD {
        return code(&format!("MUP{:02}{:03}", line.board, line.provider));
    }
    code(&format!("MUS{:03}", line.provider))
}

fn organisations(
    rows: &[ExtractRow],
    boards: u64,
) -> anyhow::Result<BTreeMap<OdsCode, OrganisationEntry>> {
    let mut all = BTreeMap::new();
    for board in 0..boards {
        let icb = code(&format!("MUI{board:02}"))?;
        let named = |what: &str| format!("{what} {board} (simulated)");
        let commissioner = entry(&named("Commissioner"), Some(&icb), false)?;
        all.insert(code(&format!("MUC{board:02}"))?, commissioner);
        all.insert(icb, entry(&named("Integrated care board"), None, false)?);
    }
    for row in rows {
        let parent = all.get(&row.commissioner).and_then(|entry| entry.parent.clone());
        if !all.contains_key(&row.provider) {
            let named = format!("Provider {} (simulated)", row.provider);
            all.insert(row.provider.clone(), entry(&named, parent.as_ref(), true)?);
        }
    }
    Ok(all)
}

fn entry(
    name: &str,
    parent: Option<&OdsCode>,
    provides: bool,
) -> anyhow::Result<OrganisationEntry> {
    let name = name.parse().map_err(|bad| anyhow!("{bad}"))?;
    let commissions = !provides && parent.is_some();
    Ok(OrganisationEntry { name, parent: parent.cloned(), provides, commissions })
}

fn code(raw: &str) -> anyhow::Result<OdsCode> {
    raw.parse().map_err(|bad| anyhow!("{bad}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The share of the list that `counted` counts of each row, in thousands.
    fn in_a_thousand(list: &Extract, counted: impl Fn(&ExtractRow) -> u32) -> u64 {
        let counted: u32 = list.rows_of(Part::Incomplete).map(counted).sum();
        u64::from(counted) * 1_000 / list.open_pathways()
    }

    #[test]
    fn as_many_are_simulated_as_were_asked_for_and_always_the_same() {
        let once = simulated(10_000, 1).unwrap();
        assert_eq!(once.open_pathways(), 10_000);
        assert_eq!(rtt_extract::lay_down(&once).count(), 10_000);
        assert_eq!(once, simulated(10_000, 1).unwrap());
        assert_ne!(once, simulated(10_000, 2).unwrap());
        assert_eq!(simulated(1, 1).unwrap().open_pathways(), 1);
    }

    #[test]
    fn the_list_divides_as_the_official_one() {
        let list = simulated(100_000, 1).unwrap();
        let largest: OdsCode = "MUP00000".parse().unwrap();
        let at_largest =
            in_a_thousand(&list, |row| u32::from(row.provider == largest) * row.total_all);
        // 68,354, 22,176, 139,747 and 4,261 of 220,019.
        assert!((306..=316).contains(&at_largest), "{at_largest}");
        let gynaecology =
            in_a_thousand(&list, |row| u32::from(row.function.as_str() == "C_502") * row.total_all);
        assert!((97..=105).contains(&gynaecology), "{gynaecology}");
        let within_18 = in_a_thousand(&list, |row| row.bands[..18].iter().sum());
        assert!((631..=641).contains(&within_18), "{within_18}");
        let beyond_52 = in_a_thousand(&list, |row| row.bands[52..].iter().sum());
        assert!((15..=23).contains(&beyond_52), "{beyond_52}");
    }

    #[test]
    fn a_larger_list_is_of_several_boards_with_large_providers_of_their_own() {
        let list = simulated(500_000, 1).unwrap();
        let boards = list.organisations.values().filter(|entry| entry.commissions).count();
        let providers = list.organisations.values().filter(|entry| entry.provides).count();
        assert_eq!((boards, providers), (3, 3 * OF_ONE_BOARD + shape::PROVIDERS - OF_ONE_BOARD));
        let names = list.organisations.values().map(|entry| entry.name.as_str());
        assert!(names.into_iter().all(|name| name.ends_with("(simulated)")));
    }

    #[test]
    fn one_in_five_has_a_decision_to_admit_and_none_who_does_not_wait() {
        let list = simulated(100_000, 1).unwrap();
        let decided: u32 =
            list.rows_of(Part::IncompleteWithDecisionToAdmit).map(|row| row.total_all).sum();
        // 43,287 of 220,019.
        assert!((19_170..=20_170).contains(&decided), "{decided}");
        let with_decision = rtt_extract::lay_down(&list)
            .filter(|laid| {
                laid.steps
                    .iter()
                    .any(|(_, step)| matches!(step, steps::Step::AddedToWaitingList(_)))
            })
            .count();
        assert_eq!(u32::try_from(with_decision).unwrap(), decided);
    }
}
