//! What the outlook of a waiting list reckons with, as dated data (docs/forecast.md).

use chrono::NaiveDate;
use pathway::Certainty;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    editions::{Editions, Written},
    pack::{PackError, Source},
};

const SHIPPED: &str = include_str!("../../../schema/policies/outlook.toml");

/// Most months that are ever looked at: ten years.
const MONTHS_MAX: u16 = 120;
/// Most weeks that a wait or a relief is reckoned in: the last week band.
const WEEKS_MAX: u16 = 104;

/// The settings, by the day from which each is in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    editions: Editions<OutlookSettings>,
}

/// The settings of one time.
#[derive(Debug, Clone, PartialEq)]
pub struct OutlookSettings {
    /// The first day on which they are in force.
    pub from: NaiveDate,
    /// The wait within which nearly all are to be treated, in weeks.
    pub target_weeks: u16,
    /// Target / factor is the mean wait at which few wait beyond the target; above one.
    pub factor: f64,
    /// In how many weeks relief is to bring a list to its target.
    pub relief_weeks: u16,
    /// Over how many whole months ended waits, demand and capacity are averaged.
    pub rate_months: u16,
    /// How many whole months of the past are looked at.
    pub months_seen_max: u16,
    /// How many months are guessed.
    pub months_ahead: u16,
    /// The mean change of so many months is carried on.
    pub window_months: u16,
    /// At how many past months a guess is tested before it is given.
    pub tested_min: u16,
    /// Of fewer ended waits no share is told.
    pub ended_min: u32,
    /// Where they stand.
    pub source: String,
    /// How that is understood, and what is our own choice.
    pub reading: String,
    /// How sure we are.
    pub certainty: Certainty,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "title")]
    _title: String,
    edition: Vec<EditionText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditionText {
    from: Spanned<NaiveDate>,
    target_weeks: Spanned<u16>,
    factor: Spanned<f64>,
    relief_weeks: Spanned<u16>,
    rate_months: Spanned<u16>,
    months_seen_max: Spanned<u16>,
    months_ahead: Spanned<u16>,
    window_months: Spanned<u16>,
    tested_min: Spanned<u16>,
    ended_min: Spanned<u32>,
    source: Spanned<String>,
    reading: Spanned<String>,
    certainty: Spanned<String>,
}

impl Written for EditionText {
    fn from(&self) -> &Spanned<NaiveDate> {
        &self.from
    }
}

impl Outlook {
    /// The settings that are shipped.
    ///
    /// # Panics
    /// Never: a test reads the shipped file.
    pub fn shipped() -> Self {
        #[expect(clippy::expect_used, reason = "compiled in, and read by a test")]
        Self::parse("outlook.toml", SHIPPED).expect("the shipped settings are sound")
    }

    /// Reads the settings, or says in which line a mistake is and what would be right.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, PackError> {
        let source = Source { name: file_name, text };
        let raw: File = source.read("editions as in the shipped file")?;
        let editions = Editions::read(source, raw.edition, |edition| edition.checked(source))?;
        Ok(Self { editions })
    }

    /// The settings in force on a day; before all of them the first, for there is nothing older.
    pub fn on(&self, day: NaiveDate) -> Option<&OutlookSettings> {
        self.editions.on_or_first(day)
    }
}

impl EditionText {
    fn checked(self, source: Source<'_>) -> Result<OutlookSettings, PackError> {
        let from_one = |name, number: &Spanned<u16>, most| in_bounds(source, name, number, most);
        let settings = OutlookSettings {
            from: *self.from.get_ref(),
            target_weeks: from_one("target_weeks", &self.target_weeks, WEEKS_MAX)?,
            factor: *self.factor.get_ref(),
            relief_weeks: from_one("relief_weeks", &self.relief_weeks, WEEKS_MAX)?,
            rate_months: from_one("rate_months", &self.rate_months, MONTHS_MAX)?,
            months_seen_max: from_one("months_seen_max", &self.months_seen_max, MONTHS_MAX)?,
            months_ahead: from_one("months_ahead", &self.months_ahead, MONTHS_MAX)?,
            window_months: from_one("window_months", &self.window_months, MONTHS_MAX)?,
            tested_min: from_one("tested_min", &self.tested_min, MONTHS_MAX)?,
            ended_min: *self.ended_min.get_ref(),
            source: said(source, "source", &self.source)?,
            reading: said(source, "reading", &self.reading)?,
            certainty: certainty(source, &self.certainty)?,
        };
        let (at, factor) = (self.factor.span().start, settings.factor);
        if !factor.is_finite() || factor <= 1.0 {
            return Err(source.refuse(at, format!("`factor` is {factor}"), "a number above one"));
        }
        if settings.ended_min < 2 {
            let at = self.ended_min.span().start;
            let problem = format!("`ended_min` is {}", settings.ended_min);
            return Err(source.refuse(at, problem, "two or more: one is a person"));
        }
        settings.sees_enough().map_err(|(problem, expected)| {
            source.refuse(self.months_seen_max.span().start, problem, expected)
        })?;
        Ok(settings)
    }
}

impl OutlookSettings {
    /// A forecast must be possible at all, and the rates within what is seen.
    fn sees_enough(&self) -> Result<(), (String, &'static str)> {
        let needed = self.window_months + self.months_ahead + self.tested_min;
        let problem = format!("`months_seen_max` is {}", self.months_seen_max);
        if self.months_seen_max < needed {
            let expected = "at least `window_months`, `months_ahead` and `tested_min` together, or no \
                 forecast is ever given";
            return Err((problem, expected));
        }
        if self.months_seen_max < self.rate_months {
            return Err((problem, "at least `rate_months`"));
        }
        Ok(())
    }
}

fn in_bounds(
    source: Source<'_>,
    name: &str,
    number: &Spanned<u16>,
    most: u16,
) -> Result<u16, PackError> {
    let value = *number.get_ref();
    if (1..=most).contains(&value) {
        return Ok(value);
    }
    let problem = format!("`{name}` is {value}");
    Err(source.refuse(number.span().start, problem, &format!("1 to {most}")))
}

fn said(source: Source<'_>, name: &str, text: &Spanned<String>) -> Result<String, PackError> {
    if text.get_ref().trim().is_empty() {
        let expected = "where it stands, or how it is understood";
        return Err(source.refuse(text.span().start, format!("`{name}` is empty"), expected));
    }
    Ok(text.get_ref().clone())
}

fn certainty(source: Source<'_>, word: &Spanned<String>) -> Result<Certainty, PackError> {
    Certainty::from_code(word.get_ref()).ok_or_else(|| {
        let problem = format!("`certainty` is `{}`", word.get_ref());
        let expected = "VERIFIED, EXCERPT, OWN_KNOWLEDGE, DESIGN or OPEN";
        source.refuse(word.span().start, problem, expected)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(old: &str, new: &str) -> String {
        assert!(SHIPPED.contains(old), "{old}");
        Outlook::parse("o.toml", &SHIPPED.replacen(old, new, 1)).unwrap_err().to_string()
    }

    #[test]
    fn the_shipped_settings_are_18_weeks_a_factor_of_4_and_26_weeks_over_36_months() {
        let outlook = Outlook::shipped();
        let settings = outlook.on("2026-01-31".parse().unwrap()).unwrap();
        assert_eq!((settings.target_weeks, settings.relief_weeks), (18, 26));
        assert_eq!((settings.factor.to_string(), settings.months_seen_max), ("4".into(), 36));
    }

    #[test]
    fn a_later_edition_is_in_force_from_its_first_day() {
        let (_, edition) = SHIPPED.split_once("[[edition]]").unwrap();
        let later =
            edition.replace("2012-04-01", "2026-04-01").replace("factor = 4.0", "factor = 2.5");
        let outlook = Outlook::parse("o.toml", &format!("{SHIPPED}[[edition]]{later}")).unwrap();
        let factor = |day: &str| outlook.on(day.parse().unwrap()).unwrap().factor.to_string();
        assert_eq!((factor("2026-03-31"), factor("2026-04-01")), ("4".into(), "2.5".into()));
        let early = edition.replace("2012-04-01", "2011-04-01");
        let wrong = Outlook::parse("o.toml", &format!("{SHIPPED}[[edition]]{early}")).unwrap_err();
        assert!(wrong.to_string().contains("editions in order of `from`"), "{wrong}");
    }

    #[test]
    fn a_number_that_cannot_be_is_named_with_its_line_and_what_would_be_right() {
        for (old, new, problem, expected) in [
            ("target_weeks = 18", "target_weeks = 0", "`target_weeks` is 0", "1 to 104"),
            ("factor = 4.0", "factor = 1.0", "`factor` is 1", "above one"),
            ("factor = 4.0", "factor = nan", "`factor` is NaN", "above one"),
            ("relief_weeks = 26", "relief_weeks = 900", "`relief_weeks` is 900", "1 to 104"),
            ("ended_min = 20", "ended_min = 1", "`ended_min` is 1", "two or more"),
            ("months_seen_max = 36", "months_seen_max = 14", "is 14", "`tested_min` together"),
            ("rate_months = 12", "rate_months = 37", "is 36", "at least `rate_months`"),
            ("certainty = \"DESIGN\"", "certainty = \"SURE\"", "is `SURE`", "DESIGN or OPEN"),
            ("window_months = 6", "windw_months = 6", "windw_months", "editions as in"),
        ] {
            let said = refused(old, new);
            assert!(said.starts_with("o.toml:"), "{said}");
            assert!(said.contains(problem) && said.contains(expected), "{said}");
        }
        let line = refused("factor = 4.0", "factor = 0.5");
        assert!(line.starts_with("o.toml:17:"), "{line}");
    }
}
