//! Made-up extract: the shape of an official one, the same for the same number of pathways.

use std::collections::BTreeMap;

use anyhow::anyhow;
use chrono::NaiveDate;
use rtt_extract::{BANDS, Extract, ExtractRow, OrganisationEntry, Part};
use steps::{FunctionCode, OdsCode};

/// As many providers as the official extract of South East London names.
const PROVIDERS: u64 = 163;

/// One in so many has a decision to admit.
const ADMITTED_ONE_IN: u32 = 5;

const BOARD: &str = "MUI";
const COMMISSIONER: &str = "MUC01";

const FUNCTIONS: [&str; 23] = [
    "C_100", "C_101", "C_110", "C_120", "C_130", "C_140", "C_150", "C_160", "C_170", "C_300",
    "C_301", "C_320", "C_330", "C_340", "C_400", "C_410", "C_430", "C_502", "X02", "X03", "X04",
    "X05", "X06",
];

/// A list of so many pathways: few providers have most of them, and most wait less than 18 weeks.
pub(super) fn extract(pathways: u64) -> anyhow::Result<Extract> {
    let mut counted: BTreeMap<(u64, usize), Vec<u32>> = BTreeMap::new();
    for pathway in 0..pathways {
        let chance = Chance(mixed(pathway));
        let key = (chance.cubed(0, PROVIDERS), place(chance.squared(16, FUNCTIONS.len() as u64)));
        let bands = counted.entry(key).or_insert_with(|| vec![0; BANDS]);
        if let Some(count) = bands.get_mut(place(chance.weeks())) {
            *count += 1;
        }
    }
    let mut rows = Vec::new();
    for (line, ((provider, function), bands)) in (2..).zip(counted) {
        let row = row(line, provider, function, bands)?;
        rows.push(with_decision_to_admit(&row));
        rows.push(row);
    }
    let census = NaiveDate::from_ymd_opt(2026, 1, 31).unwrap_or_default();
    let organisations = organisations(&rows)?;
    let period = "RTT-January-2026".to_owned();
    Ok(Extract { period, census, rows, organisations, warnings: Vec::new() })
}

fn row(line: u64, provider: u64, function: usize, bands: Vec<u32>) -> anyhow::Result<ExtractRow> {
    let function = FUNCTIONS.get(function).copied().unwrap_or("X06");
    let function: FunctionCode = function.parse().map_err(|bad| anyhow!("{bad}"))?;
    Ok(ExtractRow {
        line,
        provider: code(&format!("MUP{provider:03}"))?,
        commissioner: code(COMMISSIONER)?,
        part: Part::Incomplete,
        function,
        function_name: None,
        unknown_start: 0,
        total_all: bands.iter().sum(),
        bands,
    })
}

fn with_decision_to_admit(row: &ExtractRow) -> ExtractRow {
    let bands: Vec<u32> = row.bands.iter().map(|count| count / ADMITTED_ONE_IN).collect();
    let part = Part::IncompleteWithDecisionToAdmit;
    ExtractRow { part, total_all: bands.iter().sum(), bands, ..row.clone() }
}

fn organisations(rows: &[ExtractRow]) -> anyhow::Result<BTreeMap<OdsCode, OrganisationEntry>> {
    let entry = |name: &str, provides, commissions| {
        let name = name.parse().map_err(|bad| anyhow!("{bad}"))?;
        anyhow::Ok(OrganisationEntry { name, parent: Some(code(BOARD)?), provides, commissions })
    };
    let mut all = BTreeMap::new();
    for row in rows {
        let named = format!("Made-up provider {}", row.provider);
        all.insert(row.provider.clone(), entry(&named, true, false)?);
    }
    all.insert(code(COMMISSIONER)?, entry("Made-up commissioner", false, true)?);
    let mut board = entry("Made-up integrated care board", false, false)?;
    board.parent = None;
    all.insert(code(BOARD)?, board);
    Ok(all)
}

fn code(raw: &str) -> anyhow::Result<OdsCode> {
    raw.parse().map_err(|bad| anyhow!("{bad}"))
}

fn place(number: u64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

/// `SplitMix64`: a number whose bits look like chance and are always the same.
pub(super) const fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Draws from the bits of a mixed number, most of them small.
#[derive(Clone, Copy)]
struct Chance(u64);

impl Chance {
    const ONE: u64 = 1 << 12;

    const fn draw(self, shift: u32) -> u64 {
        (self.0 >> shift) % Self::ONE
    }

    const fn squared(self, shift: u32, below: u64) -> u64 {
        let drawn = self.draw(shift);
        below * drawn * drawn / (Self::ONE * Self::ONE)
    }

    const fn cubed(self, shift: u32, below: u64) -> u64 {
        self.squared(shift, below * self.draw(shift)) / Self::ONE
    }

    /// A median of about 15 weeks and 92 in 100 within about 51: a heavier tail than the official one.
    const fn weeks(self) -> u64 {
        let tail = if self.draw(44) < Self::ONE / 100 { 45 } else { 0 };
        self.squared(32, 60) + tail
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_pathways_are_made_up_as_were_asked_for_and_always_the_same() {
        let once = extract(10_000).unwrap();
        assert_eq!(once.open_pathways(), 10_000);
        assert_eq!(rtt_extract::lay_down(&once).count(), 10_000);
        assert_eq!(once, extract(10_000).unwrap());
    }

    #[test]
    fn more_than_half_wait_within_18_weeks_and_about_8_in_100_beyond_a_year() {
        let extract = extract(10_000).unwrap();
        let waiting = |bands: std::ops::Range<usize>| -> u32 {
            let rows = extract.rows_of(Part::Incomplete);
            rows.map(|row| row.bands[bands.clone()].iter().sum::<u32>()).sum()
        };
        assert!((5_000..7_000).contains(&waiting(0..18)), "{}", waiting(0..18));
        assert!((700..900).contains(&waiting(52..BANDS)), "{}", waiting(52..BANDS));
    }
}
