//! What a list is divided by: from an interval to the number of its group.

use rustc_hash::FxHashMap;

use crate::{
    Ask, GroupBy,
    ask::{TOTAL, UNKNOWN},
    intervals::{Dictionary, Interval, Intervals},
};

type CodeOf = fn(&Interval) -> u16;

/// The number of each key.
type Numbers = FxHashMap<String, usize>;

/// The groups of a question, numbered.
pub(crate) struct Groups<'a> {
    keys: Vec<String>,
    way: Way<'a>,
}

enum Way<'a> {
    /// One group.
    All,
    /// One group a word; `index` by the word's code.
    ByWord { code_of: CodeOf, index: Vec<usize> },
    /// One group a combination of words that is met: provider and function, with or without the
    /// commissioner between them.
    ByWords {
        intervals: &'a Intervals,
        with_commissioner: bool,
        met: FxHashMap<u64, usize>,
        numbers: Numbers,
    },
}

impl<'a> Groups<'a> {
    pub(crate) fn of(intervals: &'a Intervals, ask: &Ask) -> Self {
        match dimension(intervals, ask.group_by) {
            Dimension::All => Self { keys: vec![TOTAL.to_owned()], way: Way::All },
            Dimension::Pair => Self::by_words(intervals, false),
            Dimension::Word(words, code_of) => Self::by_word(words, code_of),
            Dimension::Merged(words, code_of) => Self::merged(words, code_of, ask),
        }
    }

    /// One group for each provider, commissioner and function: the rows of the return. The key is
    /// `provider/commissioner/function`.
    pub(crate) fn of_return(intervals: &'a Intervals) -> Self {
        Self::by_words(intervals, true)
    }

    fn by_words(intervals: &'a Intervals, with_commissioner: bool) -> Self {
        let (met, numbers) = (FxHashMap::default(), Numbers::default());
        Self { keys: Vec::new(), way: Way::ByWords { intervals, with_commissioner, met, numbers } }
    }

    fn by_word(words: &Dictionary, code_of: CodeOf) -> Self {
        // A word may be UNKNOWN by itself, and is then of the group that has none.
        Self::keyed(words, code_of, key_of)
    }

    fn merged(words: &Dictionary, code_of: CodeOf, ask: &Ask) -> Self {
        let group = |word: &str| ask.merged.get(word).cloned();
        Self::keyed(words, code_of, |word| group(word).unwrap_or_else(|| UNKNOWN.to_owned()))
    }

    /// One group a key.
    fn keyed(words: &Dictionary, code_of: CodeOf, key: impl Fn(&str) -> String) -> Self {
        let (mut keys, mut numbers) = (Vec::new(), Numbers::default());
        let index = words.words().iter().map(|word| number_of(&mut keys, &mut numbers, key(word)));
        let index = index.collect();
        Self { keys, way: Way::ByWord { code_of, index } }
    }

    /// The number of the interval's group.
    pub(crate) fn number_of(&mut self, interval: &Interval) -> usize {
        match &mut self.way {
            Way::All => 0,
            Way::ByWord { code_of, index } => {
                index.get(usize::from(code_of(interval))).copied().unwrap_or(0)
            }
            Way::ByWords { intervals, with_commissioner, met, numbers } => {
                let commissioner = with_commissioner.then_some(interval.commissioner);
                let words = (u64::from(interval.provider) << 32)
                    | (u64::from(commissioner.unwrap_or(0)) << 16)
                    | u64::from(interval.function());
                *met.entry(words).or_insert_with(|| {
                    let key = words_key(intervals, interval, commissioner);
                    number_of(&mut self.keys, numbers, key)
                })
            }
        }
    }

    /// The keys by number; of pairs those that were met.
    pub(crate) fn keys(&self) -> &[String] {
        &self.keys
    }

    /// The key of the interval's group.
    pub(crate) fn key_of(&mut self, interval: &Interval) -> Option<&str> {
        let number = self.number_of(interval);
        self.keys.get(number).map(String::as_str)
    }
}

/// The number of a key, new or not.
fn number_of(keys: &mut Vec<String>, numbers: &mut Numbers, key: String) -> usize {
    *numbers.entry(key).or_insert_with_key(|key| {
        keys.push(key.clone());
        keys.len() - 1
    })
}

enum Dimension<'a> {
    All,
    Pair,
    Word(&'a Dictionary, CodeOf),
    Merged(&'a Dictionary, CodeOf),
}

fn dimension(intervals: &Intervals, group_by: GroupBy) -> Dimension<'_> {
    let commissioner: CodeOf = |interval| interval.commissioner;
    match group_by {
        GroupBy::Total => Dimension::All,
        GroupBy::ProviderAndFunction => Dimension::Pair,
        GroupBy::Provider => Dimension::Word(&intervals.providers, |interval| interval.provider),
        GroupBy::Site => Dimension::Word(&intervals.sites, |interval| interval.site),
        GroupBy::Clinician => Dimension::Word(&intervals.clinicians, |interval| interval.clinician),
        GroupBy::Commissioner => Dimension::Word(&intervals.commissioners, commissioner),
        GroupBy::Icb => Dimension::Merged(&intervals.commissioners, commissioner),
        GroupBy::TreatmentFunction => Dimension::Word(&intervals.functions, Interval::function),
        GroupBy::ReportingFunction => Dimension::Merged(&intervals.functions, Interval::function),
        GroupBy::Priority => Dimension::Word(&intervals.priorities, Interval::priority),
    }
}

fn words_key(intervals: &Intervals, interval: &Interval, commissioner: Option<u16>) -> String {
    let word = |words: &Dictionary, code: u16| {
        words.words().get(usize::from(code)).map_or_else(String::new, |word| key_of(word))
    };
    let provider = word(&intervals.providers, interval.provider);
    let function = word(&intervals.functions, interval.function());
    match commissioner {
        Some(code) => format!("{provider}/{}/{function}", word(&intervals.commissioners, code)),
        None => format!("{provider}/{function}"),
    }
}

fn key_of(word: &str) -> String {
    if word.is_empty() { UNKNOWN.to_owned() } else { word.to_owned() }
}
