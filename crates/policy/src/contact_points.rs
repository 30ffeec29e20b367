//! How old a check of a contact point, and a reading of an inbox, may be, as dated data.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc, Weekday};
use pathway::london;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    Calendar,
    pack::{PackError, Source},
};

const SHIPPED: &str = include_str!("../../../schema/policies/contact-points.toml");

/// The longest that a contact point may go unverified.
const VERIFIED_DAYS_MAX: u32 = 3_660;

/// The longest that an inbox may go unread.
const SERVICED_DAYS_MAX: u32 = 60;

/// How old checks and readings may be, by the day from which each edition is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactPoints {
    first: Edition,
    later: Vec<Edition>,
}

/// The oldest days that still hold on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreshSince {
    /// The first day of which a check still holds.
    pub verified: NaiveDate,
    /// The first day of which a reading still holds.
    pub serviced: NaiveDate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Edition {
    from: NaiveDate,
    verified_days: u32,
    serviced_working_days: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "title")]
    _title: String,
    #[serde(rename = "source")]
    _source: String,
    edition: Vec<EditionText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditionText {
    from: Spanned<NaiveDate>,
    verified_within_days: Spanned<u32>,
    serviced_within_working_days: Spanned<u32>,
}

impl ContactPoints {
    /// The settings that are shipped.
    ///
    /// # Panics
    /// Never: a test reads the shipped file.
    pub fn shipped() -> Self {
        #[expect(clippy::expect_used, reason = "compiled in, and read by a test")]
        Self::parse("contact-points.toml", SHIPPED).expect("the shipped settings are sound")
    }

    /// Reads the settings, or says in which line a mistake is.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, PackError> {
        let source = Source { name: file_name, text };
        let raw: File = source.read("editions with `from` and two spans")?;
        let mut editions = Vec::new();
        for text in &raw.edition {
            let edition = edition(source, text)?;
            if editions.last().is_some_and(|before: &Edition| edition.from <= before.from) {
                let problem = format!("the edition from {} is not after the last", edition.from);
                let at = text.from.span().start;
                return Err(source.refuse(at, problem, "editions in order of `from`"));
            }
            editions.push(edition);
        }
        let mut editions = editions.into_iter();
        let first = editions.next();
        let first = first.ok_or_else(|| source.refuse(0, "there is no edition", "at least one"))?;
        Ok(Self { first, later: editions.collect() })
    }

    /// The oldest check and the oldest reading that still hold on a day.
    pub fn fresh_since(&self, on: NaiveDate, calendar: &Calendar) -> FreshSince {
        let edition = self.on(on);
        let verified = on.checked_sub_days(Days::new(edition.verified_days.into()));
        let still_holds =
            |read: &NaiveDate| until(*read, edition.serviced_working_days, calendar) >= on;
        let back = std::iter::successors(Some(on), NaiveDate::pred_opt);
        FreshSince {
            verified: verified.unwrap_or(NaiveDate::MIN),
            serviced: back.take_while(still_holds).last().unwrap_or(on),
        }
    }

    /// From when on an inbox that was last read on `read` is un-serviced, as those see it who ask on `on`.
    pub fn unserviced_from(
        &self,
        read: NaiveDate,
        on: NaiveDate,
        calendar: &Calendar,
    ) -> DateTime<Utc> {
        london::end_of(until(read, self.on(on).serviced_working_days, calendar))
    }

    /// The edition in force on a day; before all of them the first.
    fn on(&self, day: NaiveDate) -> &Edition {
        self.later.iter().rev().find(|edition| edition.from <= day).unwrap_or(&self.first)
    }
}

/// The so many-th working day after a day. Outside the calendar Monday to Friday must do.
fn until(read: NaiveDate, working_days: u32, calendar: &Calendar) -> NaiveDate {
    let known = calendar.working_days_after(read, working_days);
    known.unwrap_or_else(|| {
        let is_weekday = |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let weekdays = read.iter_days().skip(1).filter(is_weekday);
        weekdays.take(working_days as usize).last().unwrap_or(read)
    })
}

fn edition(source: Source<'_>, text: &EditionText) -> Result<Edition, PackError> {
    let bounded = |name: &str, given: &Spanned<u32>, most: u32| {
        let days = *given.get_ref();
        if (1..=most).contains(&days) {
            return Ok(days);
        }
        let problem = format!("`{name}` is {days}");
        Err(source.refuse(given.span().start, problem, &format!("1 to {most}")))
    };
    let (verified, serviced) = (&text.verified_within_days, &text.serviced_within_working_days);
    Ok(Edition {
        from: *text.from.get_ref(),
        verified_days: bounded("verified_within_days", verified, VERIFIED_DAYS_MAX)?,
        serviced_working_days: bounded(
            "serviced_within_working_days",
            serviced,
            SERVICED_DAYS_MAX,
        )?,
    })
}

#[cfg(test)]
mod tests;
