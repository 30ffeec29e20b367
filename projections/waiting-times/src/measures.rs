//! The published measures of a group, from its week bands alone, and the one pass that fills these.

use compact_str::CompactString;
use pathway::clock::waiting;

use crate::{
    ask::{Ask, Filter, GroupBy, TOTAL, UNKNOWN},
    intervals::{Dictionary, Interval, Intervals, day_of},
    method::PercentileMethod,
};

/// How many week bands there are: 0 to 1 week, … 104 weeks and more.
pub const BANDS: usize = waiting::BAND_MAX + 1;

/// Bands that lie within 18 weeks.
const WITHIN_18_WEEKS: usize = 18;

/// The measures of one group of people who wait.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its code, or [`TOTAL`], or [`UNKNOWN`].
    pub key: String,
    /// How many wait, with a known start.
    pub total: u32,
    /// How many of them for 18 weeks or less.
    pub within_18_weeks: u32,
    /// Their share of the total, 0 to 1; none of nobody.
    pub share: Option<f64>,
    /// The median wait in weeks; none where too few wait.
    pub median_weeks: Option<f64>,
    /// Whether the median lies in the open last band: that long or longer.
    pub median_open: bool,
    /// The wait in weeks within which 92 of 100 lie; none where too few wait.
    pub percentile_92_weeks: Option<f64>,
    /// Whether that lies in the open last band: that long or longer.
    pub percentile_92_open: bool,
    /// How many wait over 52 weeks.
    pub over_52: u32,
    /// How many wait over 65 weeks.
    pub over_65: u32,
    /// How many wait over 78 weeks.
    pub over_78: u32,
    /// How many wait over 104 weeks.
    pub over_104: u32,
    /// How many are on the list with a start that is not known, or later than the day; they are in
    /// no other figure.
    pub unknown_start: u32,
    /// How many wait in each week band.
    pub bands: [u32; BANDS],
}

impl Group {
    fn of(key: &str, tally: &Tally, method: PercentileMethod) -> Self {
        let bands = tally.bands;
        let from = |first: usize| bands.iter().skip(first).sum();
        let (total, within) = (from(0), bands.iter().take(WITHIN_18_WEEKS).sum());
        let (median, ninety_second) =
            (method.percentile(50, &bands), method.percentile(92, &bands));
        Self {
            key: key.to_owned(),
            total,
            within_18_weeks: within,
            share: (total > 0).then(|| f64::from(within) / f64::from(total)),
            median_weeks: median.map(|median| median.weeks),
            median_open: median.is_some_and(|median| median.open),
            percentile_92_weeks: ninety_second.map(|ninety_second| ninety_second.weeks),
            percentile_92_open: ninety_second.is_some_and(|ninety_second| ninety_second.open),
            over_52: from(52),
            over_65: from(65),
            over_78: from(78),
            over_104: from(104),
            unknown_start: tally.unknown_start,
            bands,
        }
    }
}

#[derive(Clone)]
struct Tally {
    bands: [u32; BANDS],
    unknown_start: u32,
}

impl Tally {
    const NOTHING: Self = Self { bands: [0; BANDS], unknown_start: 0 };

    fn count(&mut self, interval: &Interval, day: u16) {
        let band = interval.waited(day).map(|days| waiting::band(days.into()));
        match band.and_then(|band| self.bands.get_mut(band)) {
            Some(counted) => *counted += 1,
            None => self.unknown_start += 1,
        }
    }

    fn is_empty(&self) -> bool {
        self.unknown_start == 0 && self.bands.iter().all(|count| *count == 0)
    }
}

/// The groups of a list, sorted by key. Empty groups are left out, save that of [`GroupBy::Total`].
pub(crate) fn groups_of(intervals: &Intervals, ask: &Ask) -> Vec<Group> {
    let (words, code_of) = grouping(intervals, ask.group_by);
    let mut tallies = vec![Tally::NOTHING; words.map_or(1, |words| words.words().len())];
    if let Some(wanted) = Wanted::of(&ask.filter(), intervals) {
        let day = day_of(ask.on);
        for interval in intervals.iter().filter(|one| one.holds(day) && wanted.takes(one)) {
            if let Some(tally) = tallies.get_mut(usize::from(code_of(interval))) {
                tally.count(interval, day);
            }
        }
    }
    let keys = words.map_or_else(|| vec![TOTAL], keys_of);
    let found = keys.into_iter().zip(&tallies);
    let found = found.filter(|(_, tally)| ask.group_by == GroupBy::Total || !tally.is_empty());
    let mut groups: Vec<_> = found.map(|(key, tally)| Group::of(key, tally, ask.method)).collect();
    groups.sort_by(|one, other| one.key.cmp(&other.key));
    groups
}

type CodeOf = fn(&Interval) -> u16;

fn grouping(intervals: &Intervals, group_by: GroupBy) -> (Option<&Dictionary>, CodeOf) {
    match group_by {
        GroupBy::Total => (None, |_| 0),
        GroupBy::Provider => (Some(&intervals.providers), |interval| interval.provider),
        GroupBy::Commissioner => (Some(&intervals.commissioners), |interval| interval.commissioner),
        GroupBy::TreatmentFunction => (Some(&intervals.functions), Interval::function),
        GroupBy::Priority => (Some(&intervals.priorities), Interval::priority),
    }
}

fn keys_of(words: &Dictionary) -> Vec<&str> {
    let keys = words.words().iter().map(CompactString::as_str);
    keys.map(|word| if word.is_empty() { UNKNOWN } else { word }).collect()
}

/// The conditions in dictionary codes.
struct Wanted {
    provider: Option<u16>,
    function: Option<u16>,
    not_commissioner: Option<u16>,
    commissioners: Option<Vec<bool>>,
}

impl Wanted {
    /// `None` where a word was never met, so that nothing can be found.
    fn of(filter: &Filter, intervals: &Intervals) -> Option<Self> {
        // A word that is asked for and was never met ends the search.
        let code = |words: &Dictionary, word: &CompactString| words.find(word).ok_or(());
        let provider = filter.provider.as_ref().map(|word| code(&intervals.providers, word));
        let function = filter.function.as_ref().map(|word| code(&intervals.functions, word));
        let commissioners = &intervals.commissioners;
        Some(Self {
            provider: provider.transpose().ok()?,
            function: function.transpose().ok()?,
            not_commissioner: filter
                .not_commissioner
                .as_ref()
                .and_then(|word| commissioners.find(word)),
            commissioners: filter.commissioners.as_ref().map(|named| {
                commissioners.words().iter().map(|word| named.contains(word)).collect()
            }),
        })
    }

    fn takes(&self, interval: &Interval) -> bool {
        let commissioner = interval.commissioner;
        self.provider.is_none_or(|code| code == interval.provider)
            && self.function.is_none_or(|code| code == interval.function())
            && self.not_commissioner != Some(commissioner)
            && self
                .commissioners
                .as_ref()
                .is_none_or(|named| named.get(usize::from(commissioner)).copied().unwrap_or(false))
    }
}
