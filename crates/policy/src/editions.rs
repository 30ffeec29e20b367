//! Files of editions: each is in force from its day on, until the next one is.

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use crate::pack::{PackError, Source};

/// A file that says what it is, from where, and what held from which day on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File<T> {
    #[serde(rename = "title")]
    _title: String,
    #[serde(rename = "source")]
    _source: String,
    pub(crate) edition: Vec<T>,
}

/// An edition as it is written.
pub(crate) trait Written {
    /// The first day on which it is in force.
    fn from(&self) -> &Spanned<NaiveDate>;
}

/// What held from which day on, oldest first; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Editions<E>(Vec<(NaiveDate, E)>);

impl<E> Editions<E> {
    /// Each edition as `read` reads it. One that is not after the one before it, and a file without
    /// any, are refused with their line.
    pub(crate) fn read<T: Written>(
        source: Source<'_>,
        written: Vec<T>,
        read: impl Fn(T) -> Result<E, PackError>,
    ) -> Result<Self, PackError> {
        let mut editions: Vec<(NaiveDate, E)> = Vec::new();
        for edition in written {
            let (from, at) = (*edition.from().get_ref(), edition.from().span().start);
            if editions.last().is_some_and(|(before, _)| from <= *before) {
                let problem = format!("the edition from {from} is not after the one before it");
                return Err(source.refuse(at, problem, "editions in order of `from`"));
            }
            editions.push((from, read(edition)?));
        }
        if editions.is_empty() {
            return Err(source.refuse(0, "there is no edition", "at least one"));
        }
        Ok(Self(editions))
    }

    /// The one in force on a day; `None` before all of them.
    pub(crate) fn on(&self, day: NaiveDate) -> Option<&E> {
        self.0.iter().rev().find(|(from, _)| *from <= day).map(|(_, edition)| edition)
    }

    /// The one in force on a day; before all of them the first, for there is nothing older to go by.
    pub(crate) fn on_or_first(&self, day: NaiveDate) -> Option<&E> {
        self.on(day).or_else(|| self.0.first().map(|(_, edition)| edition))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Word {
        from: Spanned<NaiveDate>,
        says: String,
    }

    impl Written for Word {
        fn from(&self) -> &Spanned<NaiveDate> {
            &self.from
        }
    }

    fn parse(editions: &str) -> Result<Editions<String>, PackError> {
        let text = format!("title = \"t\"\nsource = \"s\"\n{editions}");
        let source = Source { name: "e.toml", text: &text };
        let raw: File<Word> = source.read("editions")?;
        Editions::read(source, raw.edition, |word| Ok(word.says))
    }

    fn day(raw: &str) -> NaiveDate {
        raw.parse().unwrap()
    }

    const TWO: &str = "[[edition]]\nfrom = \"2025-04-01\"\nsays = \"old\"\n\
                       [[edition]]\nfrom = \"2026-04-01\"\nsays = \"new\"\n";

    #[test]
    fn an_edition_holds_from_its_day_until_the_next() {
        let editions = parse(TWO).unwrap();
        let on = |raw| editions.on(day(raw)).map(String::as_str);
        assert_eq!([on("2025-03-31"), on("2025-04-01")], [None, Some("old")]);
        assert_eq!([on("2026-03-31"), on("2026-04-01")], [Some("old"), Some("new")]);
        assert_eq!(editions.on_or_first(day("1948-07-05")).map(String::as_str), Some("old"));
    }

    #[test]
    fn an_edition_that_does_not_follow_and_a_file_without_any_are_named_with_their_line() {
        let said = |editions: &str| parse(editions).unwrap_err().to_string();
        assert_eq!(
            said(&TWO.replace("2026", "2025")),
            "e.toml:7: the edition from 2025-04-01 is not after the one before it: expected \
             editions in order of `from`"
        );
        assert!(said("edition = []").starts_with("e.toml:1: there is no edition"));
    }
}
