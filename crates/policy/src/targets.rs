//! What was promised of waiting times, as dated data (DOMAIN.md section 2.5).

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use crate::pack::{PackError, Source};

const SHIPPED: &str = include_str!("../../../schema/policies/rtt-targets.toml");

/// Every target, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Targets {
    targets: Vec<Target>,
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

/// How sure the promise is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
pub enum Certainty {
    /// Read in the source.
    #[serde(rename = "V")]
    Read,
    /// Seen as an excerpt: to be checked in the source.
    #[serde(rename = "X")]
    Excerpt,
    /// Own knowledge: to be confirmed.
    #[serde(rename = "K")]
    Known,
    /// Uncertain.
    #[serde(rename = "?")]
    Uncertain,
}

/// The promise itself: a share from 0 to 1, or a count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// At least this.
    AtLeast(f64),
    /// At most this.
    AtMost(f64),
}

/// One target.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Its stable name.
    pub id: String,
    /// What was promised, in words.
    pub title: String,
    /// The figure it is about.
    pub measure: Measure,
    /// The promise.
    pub limit: Limit,
    /// Of whom.
    pub scope: TargetScope,
    /// The first day on which it is in force.
    pub from: NaiveDate,
    /// The last; none: it still is.
    pub to: Option<NaiveDate>,
    /// By when it is to be met; none: on every day.
    pub due: Option<NaiveDate>,
    /// Where it was promised.
    pub source: String,
    /// How sure that is known.
    pub certainty: Certainty,
}

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
    certainty: Certainty,
}

impl Limit {
    /// Whether a figure keeps the promise.
    pub fn is_kept_by(self, figure: f64) -> bool {
        match self {
            Self::AtLeast(least) => figure >= least,
            Self::AtMost(most) => figure <= most,
        }
    }
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
        let mut targets: Vec<Target> = Vec::new();
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
    pub fn on(&self, day: NaiveDate) -> impl Iterator<Item = &Target> {
        let in_force =
            move |target: &&Target| target.from <= day && target.to.is_none_or(|to| day <= to);
        self.targets.iter().filter(in_force)
    }
}

fn target(raw: TargetText) -> Result<Target, (String, &'static str)> {
    let id = raw.id.into_inner();
    let limit = match (raw.at_least, raw.at_most) {
        (Some(least), None) => Limit::AtLeast(least),
        (None, Some(most)) => Limit::AtMost(most),
        (None, None) => {
            return Err((format!("`{id}` promises nothing"), "`at_least` or `at_most`"));
        }
        (Some(_), Some(_)) => {
            return Err((
                format!("`{id}` promises two things"),
                "`at_least` or `at_most`, not both",
            ));
        }
    };
    let (Limit::AtLeast(value) | Limit::AtMost(value)) = limit;
    let is_share = raw.measure != Measure::Over52Weeks;
    if value.is_nan() || value < 0.0 || (is_share && value > 1.0) {
        return Err((format!("`{id}` promises {value}"), "a share from 0 to 1, or a count"));
    }
    if raw.to.is_some_and(|to| to < raw.from) {
        return Err((format!("`{id}` ends before it begins"), "`to` on or after `from`"));
    }
    Ok(Target {
        id,
        title: raw.title,
        measure: raw.measure,
        limit,
        scope: raw.scope,
        from: raw.from,
        to: raw.to,
        due: raw.due,
        source: raw.source,
        certainty: raw.certainty,
    })
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
    fn the_border_keeps_a_promise() {
        assert!(Limit::AtLeast(0.92).is_kept_by(0.92) && !Limit::AtLeast(0.92).is_kept_by(0.919));
        assert!(Limit::AtMost(0.0).is_kept_by(0.0) && !Limit::AtMost(0.0).is_kept_by(1.0));
    }

    #[test]
    fn a_target_that_promises_nothing_two_things_or_too_much_is_named_with_its_line() {
        let with = |promise: &str| {
            let text = format!(
                "title = \"t\"\n[[target]]\nid = \"A\"\ntitle = \"a\"\n\
                 measure = \"WITHIN_18_WEEKS_SHARE\"\n{promise}\nscope = \"NATIONAL\"\n\
                 from = \"2025-04-01\"\nsource = \"s\"\ncertainty = \"X\"\n"
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
