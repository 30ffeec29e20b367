//! By when the RTT return of a month is handed in, as dated data (guidance section 10.1.3).

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    Calendar,
    editions::{Editions, File, Written},
    pack::{PackError, Source},
};

const SHIPPED: &str = include_str!("../../../schema/policies/return-deadlines.toml");

/// The deadlines of the return, by the day from which each edition is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnDeadlines {
    editions: Editions<Edition>,
}

/// The last days for the return of one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueDays {
    /// By when the provider hands it in.
    pub provider: NaiveDate,
    /// By when the commissioner signs it off.
    pub commissioner: NaiveDate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Edition {
    provider_working_days: u32,
    commissioner_working_days: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditionText {
    from: Spanned<NaiveDate>,
    provider_working_days: u32,
    commissioner_working_days: Spanned<u32>,
}

impl Written for EditionText {
    fn from(&self) -> &Spanned<NaiveDate> {
        &self.from
    }
}

impl ReturnDeadlines {
    /// The deadlines that are shipped.
    ///
    /// # Panics
    /// Never: a test reads the shipped file.
    pub fn shipped() -> Self {
        #[expect(clippy::expect_used, reason = "compiled in, and read by a test")]
        Self::parse("return-deadlines.toml", SHIPPED).expect("the shipped deadlines are sound")
    }

    /// Reads the deadlines, or says in which line a mistake is.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, PackError> {
        let source = Source { name: file_name, text };
        let raw: File<EditionText> =
            source.read("editions with `from` and two counts of working days")?;
        let editions = Editions::read(source, raw.edition, |edition| edition.checked(source))?;
        Ok(Self { editions })
    }

    /// The last days for the month that ends on `month_end`; `None` where neither the deadlines nor
    /// the calendar of working days reach.
    pub fn of(&self, month_end: NaiveDate, calendar: &Calendar) -> Option<DueDays> {
        let edition = self.editions.on(month_end)?;
        let due = |days| calendar.working_days_after(month_end, days);
        Some(DueDays {
            provider: due(edition.provider_working_days)?,
            commissioner: due(edition.commissioner_working_days)?,
        })
    }
}

impl EditionText {
    fn checked(self, source: Source<'_>) -> Result<Edition, PackError> {
        let days = *self.commissioner_working_days.get_ref();
        if days < self.provider_working_days {
            let at = self.commissioner_working_days.span().start;
            let problem = format!("it is signed off after {days} days, before it is handed in");
            return Err(source.refuse(at, problem, "no fewer than `provider_working_days`"));
        }
        Ok(Edition {
            provider_working_days: self.provider_working_days,
            commissioner_working_days: days,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Packs;

    fn day(raw: &str) -> NaiveDate {
        raw.parse().unwrap()
    }

    fn due(month_end: &str) -> Option<(NaiveDate, NaiveDate)> {
        let due = ReturnDeadlines::shipped().of(day(month_end), Packs::shipped().calendar());
        due.map(|due| (due.provider, due.commissioner))
    }

    /// Guidance section 10.1.3, case ret-01.
    #[test]
    fn ret_01_the_provider_has_13_working_days_after_the_month_and_the_commissioner_18() {
        assert_eq!(due("2026-01-31"), Some((day("2026-02-18"), day("2026-02-25"))));
        // Good Friday and Easter Monday are no working days.
        assert_eq!(due("2026-03-31"), Some((day("2026-04-21"), day("2026-04-28"))));
        // A month that ends on a Sunday begins to count on the Monday.
        assert_eq!(due("2026-05-31"), Some((day("2026-06-17"), day("2026-06-24"))));
    }

    #[test]
    fn before_the_guidance_and_outside_the_calendar_nobody_can_tell() {
        assert_eq!((due("2025-01-31"), due("2027-12-31")), (None, None));
        assert!(due("2025-02-28").is_some());
    }

    #[test]
    fn a_sign_off_before_the_return_or_editions_out_of_order_are_named_with_their_line() {
        let text = |from: &str, days: u32| {
            format!(
                "title = \"t\"\nsource = \"s\"\n\
                 [[edition]]\nfrom = \"2025-02-11\"\nprovider_working_days = 13\n\
                 commissioner_working_days = 18\n\
                 [[edition]]\nfrom = \"{from}\"\nprovider_working_days = 13\n\
                 commissioner_working_days = {days}\n"
            )
        };
        let said = |from, days| {
            ReturnDeadlines::parse("d.toml", &text(from, days)).unwrap_err().to_string()
        };
        assert_eq!(
            said("2026-04-01", 12),
            "d.toml:10: it is signed off after 12 days, before it is handed in: \
             expected no fewer than `provider_working_days`"
        );
        assert!(said("2025-02-11", 18).starts_with("d.toml:8: the edition from 2025-02-11"));
    }
}
