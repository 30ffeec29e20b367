//! What was promised of waiting times, as dated data.

use chrono::NaiveDate;
use pathway::{Bound, Certainty, Span, Target};
use serde::Deserialize;
use toml::Spanned;

use crate::pack::{PackError, Source};

const SHIPPED: &str = include_str!("../../../schema/policies/rtt-targets.toml");

/// Every target, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Targets {
    targets: Vec<ListTarget>,
}

/// The figure of a waiting list that a target is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Measure {
    /// The share that has waited 18 weeks or less, 0 to 1.
    #[serde(rename = "WITHIN_18_WEEKS_SHARE")]
    Within18WeeksShare,
    /// The share that has waited over 52 weeks, 0 to 1.
    #[serde(rename = "OVER_52_WEEKS_SHARE")]
    Over52WeeksShare,
    /// How many have waited over 52 weeks.
    #[serde(rename = "OVER_52_WEEKS")]
    Over52Weeks,
}

/// Of whom it was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TargetScope {
    /// Of every list, however divided.
    Everybody,
    /// Of England as a whole.
    National,
    /// Of each provider.
    Provider,
}

/// The figure of a waiting list that a target is about, and of whom it was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListFigure {
    /// The figure.
    pub measure: Measure,
    /// Of whom.
    pub scope: TargetScope,
}

/// A target of a waiting list.
pub type ListTarget = Target<ListFigure>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "title")]
    _title: String,
    target: Vec<TargetText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TargetText {
    id: Spanned<String>,
    title: String,
    measure: Measure,
    at_least: Option<f64>,
    at_most: Option<f64>,
    scope: TargetScope,
    from: NaiveDate,
    to: Option<NaiveDate>,
    due: Option<NaiveDate>,
    source: String,
    certainty: String,
}

impl Targets {
    /// The targets that are shipped.
    ///
    /// # Panics
    /// Never: a test reads the shipped file.
    pub fn shipped() -> Self {
        #[expect(clippy::expect_used, reason = "compiled in, and read by a test")]
        Self::parse("rtt-targets.toml", SHIPPED).expect("the shipped targets are sound")
    }

    /// Reads targets, or says in which line a mistake is.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, PackError> {
        let source = Source { name: file_name, text };
        let raw: File = source.read("targets as in the shipped file")?;
        let mut targets: Vec<ListTarget> = Vec::new();
        for raw in raw.target {
            let at = raw.id.span().start;
            if targets.iter().any(|known| known.id == *raw.id.get_ref()) {
                let problem = format!("`{}` stands twice", raw.id.get_ref());
                return Err(source.refuse(at, problem, "each id once"));
            }
            targets.push(
                target(raw).map_err(|(problem, expected)| source.refuse(at, problem, expected))?,
            );
        }
        Ok(Self { targets })
    }

    /// The targets in force on a day.
    pub fn on(&self, day: NaiveDate) -> impl Iterator<Item = &ListTarget> {
        self.targets.iter().filter(move |target| target.span.holds_on(day))
    }
}

/// The share that is promised, from 0 to 1, or what would be right.
pub(crate) fn share_of(at_least: Option<f64>, at_most: Option<f64>) -> Result<Bound, &'static str> {
    let is_share = |share: &f64| (0.0..=1.0).contains(share);
    match (at_least, at_most) {
        (Some(least), None) if is_share(&least) => Ok(Bound::AtLeast(least)),
        (None, Some(most)) if is_share(&most) => Ok(Bound::AtMost(most)),
        _ => Err("either `at_least` or `at_most`, a share from 0 to 1"),
    }
}

fn target(raw: TargetText) -> Result<ListTarget, (String, &'static str)> {
    let id = raw.id.into_inner();
    let bound = bound_of(raw.measure, raw.at_least, raw.at_most)
        .map_err(|(problem, expected)| (format!("`{id}` {problem}"), expected))?;
    if raw.to.is_some_and(|to| to < raw.from) {
        return Err((format!("`{id}` ends before it begins"), "`to` on or after `from`"));
    }
    let certainty = Certainty::from_code(&raw.certainty).ok_or_else(|| {
        let expected = "VERIFIED, EXCERPT, OWN_KNOWLEDGE, DESIGN or OPEN";
        (format!("`{id}` is known with the certainty `{}`", raw.certainty), expected)
    })?;
    Ok(Target {
        id,
        title: raw.title,
        of: ListFigure { measure: raw.measure, scope: raw.scope },
        bound,
        span: Span { from: raw.from, to: raw.to },
        due: raw.due,
        source: raw.source,
        certainty,
    })
}

fn bound_of(
    measure: Measure,
    at_least: Option<f64>,
    at_most: Option<f64>,
) -> Result<Bound, (String, &'static str)> {
    let (bound, value) = match (at_least, at_most) {
        (Some(least), None) => (Bound::AtLeast(least), least),
        (None, Some(most)) => (Bound::AtMost(most), most),
        (None, None) => return Err(("promises nothing".to_owned(), "`at_least` or `at_most`")),
        (Some(_), Some(_)) => {
            return Err(("promises two things".to_owned(), "`at_least` or `at_most`, not both"));
        }
    };
    let is_share = measure != Measure::Over52Weeks;
    if value.is_nan() || value < 0.0 || (is_share && value > 1.0) {
        return Err((format!("promises {value}"), "a share from 0 to 1, or a count"));
    }
    Ok(bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(day: &str) -> Vec<String> {
        let targets = Targets::shipped();
        targets.on(day.parse().unwrap()).map(|target| target.id.clone()).collect()
    }

    #[test]
    fn a_target_is_in_force_from_its_first_day_to_its_last() {
        let year = ["CONSTITUTION-18-WEEKS", "ZERO-52-WEEKS"];
        let until = [&year[..], &["MARCH-2026-18-WEEKS", "MARCH-2026-52-WEEKS"]].concat();
        assert_eq!(
            (on("2025-03-31"), on("2026-03-31")),
            (year.map(String::from).to_vec(), until.iter().map(ToString::to_string).collect())
        );
        assert!(on("2026-04-01").contains(&"MARCH-2027-18-WEEKS".to_owned()));
        assert!(!on("2026-04-01").contains(&"MARCH-2026-18-WEEKS".to_owned()));
        assert_eq!(on("2012-03-31"), [""; 0]);
    }

    #[test]
    fn a_target_that_promises_nothing_two_things_or_too_much_is_named_with_its_line() {
        let with = |promise: &str| {
            let text = format!(
                "title = \"t\"\n[[target]]\nid = \"A\"\ntitle = \"a\"\n\
                 measure = \"WITHIN_18_WEEKS_SHARE\"\n{promise}\nscope = \"NATIONAL\"\n\
                 from = \"2025-04-01\"\nsource = \"s\"\ncertainty = \"EXCERPT\"\n"
            );
            Targets::parse("t.toml", &text).map(|_| ()).unwrap_err().to_string()
        };
        for (promise, problem) in [
            ("", "`A` promises nothing"),
            ("at_least = 0.1\nat_most = 0.2", "`A` promises two things"),
            ("at_least = 1.5", "`A` promises 1.5"),
            ("at_least = 0.9\nto = \"2025-03-31\"", "`A` ends before it begins"),
            ("at_lest = 0.9", "at_lest"),
        ] {
            let said = with(promise);
            assert!(said.contains("t.toml") && said.contains(problem), "{said}");
        }
    }
}
