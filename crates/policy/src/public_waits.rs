//! What the public is told of waiting times, as dated data, and where few wait withheld.

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    editions::{Editions, File, Written},
    pack::{PackError, Source},
};

const SHIPPED: &str = include_str!("../../../schema/policies/public-waits.toml");

/// The settings, by the day from which each is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicWaits {
    editions: Editions<PublicSettings>,
}

/// The settings of one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicSettings {
    /// The first day on which they are in force.
    pub from: NaiveDate,
    /// The fewest people of whom anything is told.
    pub smallest_count: u32,
    /// Where each band of counts begins; rising, the first at most the smallest count.
    pub band_edges: Vec<u32>,
    /// Percentiles are rounded to the nearest multiple of so many weeks.
    pub weeks_rounded_to: u32,
    /// How long an answer may be kept.
    pub max_age_seconds: u32,
}

/// A band of counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CountBand {
    /// The fewest.
    pub from: u32,
    /// Fewer than this; none of the last band.
    pub below: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditionText {
    from: Spanned<NaiveDate>,
    smallest_count: u32,
    band_edges: Vec<u32>,
    weeks_rounded_to: u32,
    max_age_seconds: u32,
}

impl Written for EditionText {
    fn from(&self) -> &Spanned<NaiveDate> {
        &self.from
    }
}

impl PublicWaits {
    /// The settings that are shipped.
    ///
    /// # Panics
    /// Never: a test reads the shipped file.
    pub fn shipped() -> Self {
        #[expect(clippy::expect_used, reason = "compiled in, and read by a test")]
        Self::parse("public-waits.toml", SHIPPED).expect("the shipped settings are sound")
    }

    /// Reads the settings, or says in which line a mistake is.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, PackError> {
        let source = Source { name: file_name, text };
        let raw: File<EditionText> = source.read("editions as in the shipped file")?;
        let editions = Editions::read(source, raw.edition, |edition| {
            let at = edition.from.span().start;
            let checked = edition.checked();
            checked.map_err(|(problem, expected)| source.refuse(at, problem, expected))
        })?;
        Ok(Self { editions })
    }

    /// The settings in force on a day; before all of them the first, for there is nothing older.
    pub fn on(&self, day: NaiveDate) -> Option<&PublicSettings> {
        self.editions.on_or_first(day)
    }
}

impl EditionText {
    fn checked(self) -> Result<PublicSettings, (String, &'static str)> {
        let (least, edges) = (self.smallest_count, self.band_edges);
        if least < 2 {
            return Err((format!("`smallest_count` is {least}"), "two or more: one is a person"));
        }
        if edges.first() != Some(&least) || !edges.is_sorted_by(|one, next| one < next) {
            let problem = format!("`band_edges` is {edges:?}");
            return Err((problem, "rising numbers that begin with `smallest_count`"));
        }
        if self.weeks_rounded_to == 0 {
            return Err(("`weeks_rounded_to` is 0".to_owned(), "one week or more"));
        }
        Ok(PublicSettings {
            from: self.from.into_inner(),
            smallest_count: least,
            band_edges: edges,
            weeks_rounded_to: self.weeks_rounded_to,
            max_age_seconds: self.max_age_seconds,
        })
    }
}

impl PublicSettings {
    /// The band of a count; `None` where so few are withheld.
    pub fn band(&self, count: u32) -> Option<CountBand> {
        let above = self.band_edges.partition_point(|edge| *edge <= count);
        let from = *self.band_edges.get(above.checked_sub(1)?)?;
        Some(CountBand { from, below: self.band_edges.get(above).copied() })
    }

    /// A percentile of so many people as it is told: about so many weeks; `None` of too few people.
    pub fn told(&self, people: u32, weeks: Option<f64>) -> Option<f64> {
        self.band(people)?;
        weeks.map(|weeks| self.in_steps(weeks, f64::round))
    }

    /// As [`Self::told`], where it is told as a time within which so many are seen: never less than
    /// it is.
    pub fn told_within(&self, people: u32, weeks: Option<f64>) -> Option<f64> {
        self.band(people)?;
        weeks.map(|weeks| self.in_steps(weeks, f64::ceil))
    }

    fn in_steps(&self, weeks: f64, whole: fn(f64) -> f64) -> f64 {
        let step = f64::from(self.weeks_rounded_to);
        whole(weeks / step) * step
    }

    /// Which of the groups of a whole are withheld, given how many people each counts; where the
    /// whole itself is too small to be told of, all are.
    ///
    /// A group is withheld because it is small. Others, the smallest first, are withheld with it until
    /// what is told (the band of the whole and those of the groups) no longer says how many the
    /// withheld ones are. A reader cannot tell a withheld group from one of nobody, so those of nobody
    /// are among the counts.
    pub fn withheld(&self, counts: &[u32]) -> Vec<bool> {
        let band_of_whole = self.band(counts.iter().sum());
        let mut withheld: Vec<bool> =
            counts.iter().map(|count| *count < self.smallest_count).collect();
        let Some(whole) = band_of_whole else { return vec![true; counts.len()] };
        let mut rising: Vec<usize> = (0..counts.len()).collect();
        rising.sort_by_key(|place| counts.get(*place));
        let mut next = rising
            .into_iter()
            .filter(|place| counts.get(*place).is_some_and(|count| *count >= self.smallest_count));
        while !self.is_protected(whole, counts, &withheld) {
            let Some(also) = next.next().and_then(|place| withheld.get_mut(place)) else { break };
            *also = true;
        }
        withheld
    }

    /// Whether the withheld groups, by what is told, may count nobody and may count as many as are told
    /// of. It goes by what is told alone: a rule that looks at what is withheld gives it away by what it
    /// decides.
    fn is_protected(&self, whole: CountBand, counts: &[u32], withheld: &[bool]) -> bool {
        if withheld.iter().all(|withheld| !withheld) {
            return true;
        }
        let told = counts.iter().zip(withheld).filter(|(_, withheld)| !**withheld);
        let told: Vec<CountBand> = told.filter_map(|(count, _)| self.band(*count)).collect();
        let fewest_told: u32 = told.iter().map(|band| band.from).sum();
        let most_told: Option<u32> = told.iter().map(|band| Some(band.below? - 1)).sum();
        let may_be_none = most_told.is_none_or(|most| whole.from <= most);
        let most_hidden = whole.below.map(|below| (below - 1).saturating_sub(fewest_told));
        may_be_none && most_hidden.is_none_or(|most| most >= self.smallest_count)
    }
}

#[cfg(test)]
mod tests;
