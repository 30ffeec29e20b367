//! Reads the cancer standards and the diagnostics return from `cancer-and-diagnostics.toml`. Every
//! mistake is found at once, each with its line and what would be right.

mod raw;

use std::ops::Range;

use chrono::{Datelike, NaiveDate};
use pathway::{
    Certainty, Span, Target,
    cancer_and_diagnostics::{Limit, Options, ResetDay, Rule, Setting, Standard, Standards},
};
use toml::Spanned;

use self::raw::{File, LimitText, RuleText, TargetText, Word};
use crate::{
    pack::{PackError, line_of},
    targets::share_of,
};

/// The most days a limit can name: ten years.
const DAYS_MAX: u32 = 3_660;

const SHIPPED: (&str, &str) = (
    "cancer-and-diagnostics.toml",
    include_str!("../../../schema/policies/cancer-and-diagnostics.toml"),
);

/// The standards that come with the program.
#[expect(clippy::expect_used, reason = "the text is compiled in, and a test reads the same")]
pub fn shipped_standards() -> Standards {
    read_standards(SHIPPED.0, SHIPPED.1).expect("the shipped standards are well formed")
}

/// Reads standards, or says of every mistake in which line it is and what would be right.
pub fn read_standards(file: &str, text: &str) -> Result<Standards, Vec<PackError>> {
    let mut reader = Reader { file, text, errors: Vec::new() };
    let raw: File = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            let at = error.span().unwrap_or(0..0);
            reader.refuse(
                at,
                error.message().trim(),
                "limits, targets and rules as the shipped file writes them",
            );
            return Err(reader.errors);
        }
    };
    let limits: Vec<_> = raw.limit.iter().filter_map(|one| reader.limit(one)).collect();
    let targets: Vec<_> = raw.target.iter().filter_map(|one| reader.target(one)).collect();
    let settings: Vec<_> = raw.rule.iter().filter_map(|one| reader.setting(one)).collect();
    if reader.errors.is_empty() {
        reader.complete(&raw, &limits, &settings);
    }
    if reader.errors.is_empty() {
        return Ok(Standards { limits, targets, settings });
    }
    Err(reader.errors)
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    errors: Vec<PackError>,
}

impl Reader<'_> {
    fn refuse(
        &mut self,
        span: Range<usize>,
        problem: impl Into<String>,
        expected: impl Into<String>,
    ) {
        self.errors.push(PackError {
            file: self.file.to_owned(),
            line: line_of(self.text, span.start),
            problem: problem.into(),
            expected: expected.into(),
        });
    }

    fn limit(&mut self, raw: &Spanned<LimitText>) -> Option<Limit> {
        let text = raw.get_ref();
        let days = *text.within_days_max.get_ref();
        if days > DAYS_MAX {
            let problem = format!("`within_days_max` is {days}");
            self.refuse(text.within_days_max.span(), problem, format!("at most {DAYS_MAX}"));
        }
        if text.long_days_min.is_some_and(|long| long <= days) {
            let problem = "`long_days_min` is not beyond `within_days_max`";
            self.refuse(raw.span(), problem, "more days than are within the standard");
        }
        Some(Limit {
            standard: self.code(
                &text.standard,
                Standard::from_code,
                &codes(Standard::ALL, Standard::code),
            )?,
            title: text.title.clone(),
            within_days_max: days,
            long_days_min: text.long_days_min,
            span: self.span(&text.from, text.to.as_ref())?,
            source: text.source.clone(),
            certainty: self.certainty(&text.certainty)?,
        })
    }

    fn target(&mut self, raw: &Spanned<TargetText>) -> Option<Target<Standard>> {
        let text = raw.get_ref();
        let bound = share_of(text.at_least, text.at_most).map_err(|expected| {
            self.refuse(raw.span(), "the target has no share that can be read", expected);
        });
        let span = self.span(&text.from, text.to.as_ref());
        if span.is_some_and(|span| span.from.day() != 1) {
            let expected = "the first day of a month: figures are made by month";
            self.refuse(text.from.span(), "the target begins within a month", expected);
        }
        Some(Target {
            id: text.id.get_ref().clone(),
            title: text.title.clone(),
            of: self.code(
                &text.standard,
                Standard::from_code,
                &codes(Standard::ALL, Standard::code),
            )?,
            bound: bound.ok()?,
            span: span?,
            due: None,
            source: text.source.clone(),
            certainty: self.certainty(&text.certainty)?,
        })
    }

    fn setting(&mut self, raw: &Spanned<RuleText>) -> Option<Setting> {
        let text = raw.get_ref();
        let rule = self.code(&text.id, Rule::from_code, &codes(Rule::ALL, Rule::code))?;
        let expected = codes(Standard::ALL, Standard::code);
        let applies_to = text.applies_to.iter();
        let applies_to =
            applies_to.filter_map(|word| self.code(word, Standard::from_code, &expected)).collect();
        Some(Setting {
            rule,
            applies_to,
            options: self.options(rule, raw)?,
            span: self.span(&text.from, text.to.as_ref())?,
            source: text.source.clone(),
            certainty: self.certainty(&text.certainty)?,
        })
    }

    /// What a rule leaves to data must stand there, and nothing else may.
    fn options(&mut self, rule: Rule, raw: &Spanned<RuleText>) -> Option<Options> {
        let text = raw.get_ref();
        let given = [
            ("times_max", text.times_max.is_some()),
            ("arrived_late_is_missed", text.arrived_late_is_missed.is_some()),
            ("notice_days_min", text.notice_days_min.is_some()),
            ("reset_day", text.reset_day.is_some()),
        ];
        for (name, is_given) in given {
            let is_asked = asked_of(rule).contains(&name);
            if is_given != is_asked {
                let what = if is_asked { "lacks" } else { "takes no" };
                let problem = format!("the rule `{}` {what} `{name}`", rule.code());
                self.refuse(raw.span(), problem, options_in_words(rule));
            }
        }
        let reset_day = match &text.reset_day {
            Some(word) => {
                self.code(word, ResetDay::from_code, &codes(ResetDay::ALL, ResetDay::code))?
            }
            None => Options::default().reset_day,
        };
        let default = Options::default();
        Some(Options {
            times_max: text.times_max.unwrap_or(default.times_max),
            arrived_late_is_missed: text
                .arrived_late_is_missed
                .unwrap_or(default.arrived_late_is_missed),
            notice_days_min: text.notice_days_min.unwrap_or(default.notice_days_min),
            reset_day,
        })
    }

    fn certainty(&mut self, word: &Word) -> Option<Certainty> {
        self.code(word, Certainty::from_code, &codes(Certainty::ALL, Certainty::code))
    }

    fn code<T>(&mut self, word: &Word, of: fn(&str) -> Option<T>, expected: &str) -> Option<T> {
        let found = of(word.get_ref());
        if found.is_none() {
            let problem = format!("`{}` is not a word of this place", word.get_ref());
            self.refuse(word.span(), problem, format!("one of {expected}"));
        }
        found
    }

    fn span(&mut self, first: &Word, last: Option<&Word>) -> Option<Span> {
        let from = self.day(first)?;
        let to = match last {
            Some(word) => Some(self.day(word)?),
            None => None,
        };
        if to.is_some_and(|to| to < from) {
            let expected = "a last day no earlier than the first";
            self.refuse(first.span(), "`to` is before `from`", expected);
        }
        Some(Span { from, to })
    }

    fn day(&mut self, word: &Word) -> Option<NaiveDate> {
        let day = word.get_ref().parse().ok();
        if day.is_none() {
            let problem = format!("`{}` is no day", word.get_ref());
            self.refuse(word.span(), problem, "a day such as 2026-03-01");
        }
        day
    }

    /// Every standard has a limit and every rule stands there; none twice on one day.
    fn complete(&mut self, raw: &File, limits: &[Limit], settings: &[Setting]) {
        for (place, limit) in limits.iter().enumerate() {
            let earlier = limits.iter().take(place);
            let mut same = earlier.filter(|one| one.standard == limit.standard);
            if same.any(|one| one.span.overlaps(limit.span)) {
                let at = raw.limit.get(place).map_or(0..0, Spanned::span);
                self.twice(at, limit.standard.code());
            }
        }
        for (place, setting) in settings.iter().enumerate() {
            let mut same = settings.iter().take(place).filter(|one| one.rule == setting.rule);
            if same.any(|one| one.span.overlaps(setting.span)) {
                let at = raw.rule.get(place).map_or(0..0, Spanned::span);
                self.twice(at, setting.rule.code());
            }
        }
        for (place, target) in raw.target.iter().enumerate() {
            let id = &target.get_ref().id;
            let mut earlier = raw.target.iter().take(place);
            if earlier.any(|one| one.get_ref().id.get_ref() == id.get_ref()) {
                self.refuse(id.span(), format!("`{}` stands twice", id.get_ref()), "each id once");
            }
        }
        for rule in Rule::ALL {
            if !settings.iter().any(|setting| setting.rule == *rule) {
                let problem = format!("the rule `{}` is not there", rule.code());
                self.refuse(0..0, problem, "a `[[rule]]` for it; with `applies_to = []` it is off");
            }
        }
        for standard in Standard::ALL {
            if !limits.iter().any(|limit| limit.standard == *standard) {
                let problem = format!("`{}` has no limit", standard.code());
                self.refuse(0..0, problem, "a `[[limit]]` that says how many days are within it");
            }
        }
    }

    fn twice(&mut self, at: Range<usize>, code: &str) {
        let problem = format!("`{code}` is set twice for the same day");
        self.refuse(at, problem, "one setting on each day: end the earlier one");
    }
}

/// The options that a rule asks for.
fn asked_of(rule: Rule) -> &'static [&'static str] {
    #[expect(clippy::wildcard_enum_match_arm, reason = "four rules leave something to data")]
    match rule {
        Rule::FirstAppointmentMissed => &["times_max", "arrived_late_is_missed"],
        Rule::TestAppointmentMissed => &["arrived_late_is_missed"],
        Rule::TreatmentOfferDeclined => &["notice_days_min"],
        Rule::TestCancelledByPatient => &["reset_day"],
        _ => &[],
    }
}

fn options_in_words(rule: Rule) -> String {
    match asked_of(rule) {
        [] => "no options".to_owned(),
        asked => format!("`{}`", asked.join("`, `")),
    }
}

fn codes<T: Copy>(all: &[T], code: fn(T) -> &'static str) -> String {
    all.iter().map(|one| code(*one)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
