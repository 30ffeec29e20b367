//! The settings of the RTT clock, read from `schema/policies/rtt-clock.toml`.
//!
//! Every setting carries its source and the reading that was chosen. The first version says all of
//! them and judges whatever was before it; a later one has its first day and says what changes.

mod raw;

#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, ops::Range};

use chrono::NaiveDate;
use pathway::clock::{ClockPolicy, ClockSettings, ClockVersion, SinglePoint};
use toml::Spanned;

use self::raw::{File, PointText, VersionText};
use crate::pack::{PackError, line_of};

const SHIPPED: (&str, &str) =
    ("rtt-clock.toml", include_str!("../../../schema/policies/rtt-clock.toml"));

const A_DAY: &str = "a day such as 2026-09-01";

/// The settings that come with the program.
#[expect(clippy::expect_used, reason = "the text is compiled in, and a test reads the same")]
pub fn shipped_clock() -> ClockPolicy {
    parse_clock(SHIPPED.0, SHIPPED.1).expect("the shipped settings are well formed")
}

/// Reads settings of the clock, or says of every mistake in which line it is and what would be right.
pub fn parse_clock(file_name: &str, text: &str) -> Result<ClockPolicy, Vec<PackError>> {
    let mut reader = Reader { file: file_name, text, errors: Vec::new() };
    let raw: File = toml::from_str(text).map_err(|error| {
        let at = error.span().unwrap_or(0..0);
        let expected = "settings of the clock as schema/policies/rtt-clock.toml writes them";
        vec![reader.error(at, error.message().trim(), expected)]
    })?;
    if raw.title.trim().is_empty() {
        reader.refuse(0..0, "`title` is empty", "what the settings are");
    }
    let (first, later) = reader.versions(&raw.version);
    let points = raw.single_point_of_access.iter().filter_map(|point| reader.point(point));
    let points = points.collect();
    match first {
        Some(first) if reader.errors.is_empty() => Ok(ClockPolicy::dated(first, later, points)),
        Some(_) | None => Err(reader.errors),
    }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    errors: Vec<PackError>,
}

type Versions = (Option<(u32, ClockSettings)>, Vec<ClockVersion>);

impl Reader<'_> {
    fn error(&self, at: Range<usize>, problem: &str, expected: &str) -> PackError {
        let (file, line) = (self.file.to_owned(), line_of(self.text, at.start));
        PackError { file, line, problem: problem.to_owned(), expected: expected.to_owned() }
    }

    fn refuse(&mut self, at: Range<usize>, problem: &str, expected: &str) {
        let error = self.error(at, problem, expected);
        self.errors.push(error);
    }

    fn versions(&mut self, texts: &[VersionText]) -> Versions {
        let Some((first, rest)) = texts.split_first() else {
            self.refuse(0..0, "there is no version", "at least one `[[version]]`");
            return (None, Vec::new());
        };
        self.check_first(first);
        let mut settings = first.over(ClockSettings::default());
        let (mut later, mut numbers) = (Vec::<ClockVersion>::new(), BTreeSet::new());
        numbers.insert(*first.number.get_ref());
        self.check_words(first);
        for text in rest {
            self.check_words(text);
            if !numbers.insert(*text.number.get_ref()) {
                let problem = "the number stands twice";
                self.refuse(text.number.span(), problem, "another number for each version");
            }
            let Some(from) = self.first_day(text, later.last().map(|before| before.from)) else {
                continue;
            };
            settings = text.over(settings);
            later.push(ClockVersion {
                number: *text.number.get_ref(),
                from,
                settings: settings.clone(),
            });
        }
        (Some((*first.number.get_ref(), first.over(ClockSettings::default()))), later)
    }

    fn check_first(&mut self, first: &VersionText) {
        if let Some(from) = &first.from {
            let expected = "no `from`: the first version judges whatever was before it too";
            self.refuse(from.span(), "the first version has a first day", expected);
        }
        for name in first.missing() {
            let problem = format!("the first version does not say `{name}`");
            self.refuse(first.number.span(), &problem, "every setting in the first version");
        }
    }

    /// The first day of a later version, after that of the version before.
    fn first_day(&mut self, text: &VersionText, before: Option<NaiveDate>) -> Option<NaiveDate> {
        let Some(word) = &text.from else {
            self.refuse(text.number.span(), "a later version has no `from`", A_DAY);
            return None;
        };
        let from = self.day(word)?;
        if before.is_some_and(|before| from <= before) {
            let expected = "versions in the order of their first days, one for each day";
            self.refuse(word.span(), "`from` is not after that of the version before", expected);
        }
        Some(from)
    }

    fn check_words(&mut self, text: &VersionText) {
        for said in text.said() {
            if said.source.trim().is_empty() || said.reading.trim().is_empty() {
                let problem = format!("`{}` lacks its source or its reading", said.name);
                self.refuse(said.at, &problem, "where it stands, and how that is read");
            }
        }
    }

    fn point(&mut self, text: &PointText) -> Option<SinglePoint> {
        if text.source.get_ref().trim().is_empty() {
            self.refuse(text.source.span(), "`source` is empty", "where that is published");
        }
        let from = self.day(&text.from)?;
        let to = match &text.to {
            Some(word) => Some((self.day(word)?, word.span())),
            None => None,
        };
        if let Some((_, at)) = to.clone().filter(|(to, _)| *to < from) {
            self.refuse(at, "`to` is before `from`", "a last day no earlier than the first");
        }
        let (provider, service) = (text.provider.get_ref(), text.service.as_ref());
        let provider = provider.parse().map_err(|_bad| text.provider.span());
        let service =
            service.map(|word| word.get_ref().parse().map_err(|_bad| word.span())).transpose();
        match (provider, service) {
            (Ok(provider), Ok(service)) => {
                Some(SinglePoint { provider, service, from, to: to.map(|(to, _)| to) })
            }
            (Err(at), _) => {
                self.refuse(at, "`provider` is no ODS code", "a code such as RJ1");
                None
            }
            (_, Err(at)) => {
                self.refuse(at, "`service` is no service", "a service such as RJ1.C_330");
                None
            }
        }
    }

    fn day(&mut self, word: &Spanned<String>) -> Option<NaiveDate> {
        let day = word.get_ref().parse().ok();
        if day.is_none() {
            self.refuse(word.span(), &format!("`{}` is no day", word.get_ref()), A_DAY);
        }
        day
    }
}
