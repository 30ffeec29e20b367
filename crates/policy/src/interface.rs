//! The interface as dated data: where a concern goes, and when the medical examiner became law.

use chrono::NaiveDate;
use serde::Deserialize;
use steps::interface_and_safety::HarmLevel;
use toml::Spanned;

use crate::{
    pack::{PackError, Source},
    packs,
};

const FILE: &str = "interface.toml";
const SHIPPED: &str = include_str!("../../../schema/policies/interface.toml");

/// Where a concern goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConcernRoute {
    /// To the interface leads of both sides.
    InterfaceLeads,
    /// To nobody at once: it is counted by month.
    MonthlyCount,
}

impl ConcernRoute {
    /// Its stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::InterfaceLeads => "INTERFACE_LEADS",
            Self::MonthlyCount => "MONTHLY_COUNT",
        }
    }
}

/// Where a concern goes, and by when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Routed {
    /// Where.
    pub to: ConcernRoute,
    /// The last local day in time; `None`: it goes to nobody.
    pub by: Option<NaiveDate>,
}

/// The standing of the medical examiner's process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ExaminerBasis {
    /// Before there was any.
    None,
    /// Without a duty in law.
    NonStatutory,
    /// By law, for every death.
    Statutory,
}

impl ExaminerBasis {
    /// Every standing.
    pub const ALL: &'static [Self] = &[Self::None, Self::NonStatutory, Self::Statutory];

    /// Its stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::NonStatutory => "NON_STATUTORY",
            Self::Statutory => "STATUTORY",
        }
    }
}

/// Routes of concerns and the standing of the medical examiner, by the day from which each holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterfaceRules {
    routing: Vec<(NaiveDate, Vec<RouteText>)>,
    examiner: Vec<(NaiveDate, ExaminerBasis)>,
    digest: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "title")]
    _title: String,
    routing: Vec<RoutingText>,
    medical_examiner: Vec<ExaminerText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoutingText {
    from: Spanned<NaiveDate>,
    #[serde(rename = "source")]
    _source: String,
    route: Vec<RouteText>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct RouteText {
    harm: Vec<HarmLevel>,
    to: ConcernRoute,
    within_days: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExaminerText {
    from: Spanned<NaiveDate>,
    basis: ExaminerBasis,
    #[serde(rename = "source")]
    _source: String,
}

impl InterfaceRules {
    /// The rules that come with the program.
    #[expect(clippy::expect_used, reason = "the text is compiled in, and a test reads the same")]
    pub fn shipped() -> Self {
        Self::parse(FILE, SHIPPED).expect("the shipped rules are well formed")
    }

    /// Reads the rules, or says in which line a mistake is and what would be right.
    pub fn parse(file_name: &str, text: &str) -> Result<Self, PackError> {
        let source = Source { name: file_name, text };
        let raw: File = source.read("routes and days as in the shipped file")?;
        let starts = raw.routing.iter().map(|one| &one.from);
        in_order(source, "routing", starts)?;
        in_order(source, "medical_examiner", raw.medical_examiner.iter().map(|one| &one.from))?;
        for edition in &raw.routing {
            let at = edition.from.span().start;
            let sound = each_harm_once(edition).and_then(|()| days_where_somebody_is_told(edition));
            sound.map_err(|(problem, expected)| source.refuse(at, problem, expected))?;
        }
        Ok(Self {
            routing: raw
                .routing
                .into_iter()
                .map(|one| (one.from.into_inner(), one.route))
                .collect(),
            examiner: raw
                .medical_examiner
                .into_iter()
                .map(|one| (one.from.into_inner(), one.basis))
                .collect(),
            digest: packs::digest(std::iter::once(&(file_name, text))),
        })
    }

    /// Where a concern of that harm goes that was raised on `day`, and by when; before the first routes
    /// by them, for there is nothing older.
    pub fn route(&self, harm: HarmLevel, day: NaiveDate) -> Option<Routed> {
        let in_force = self.routing.iter().rev().find(|(from, _)| *from <= day);
        let (_, routes) = in_force.or_else(|| self.routing.first())?;
        let route = routes.iter().find(|route| route.harm.contains(&harm))?;
        let by = route.within_days.map(u64::from).map(chrono::Days::new);
        Some(Routed { to: route.to, by: by.and_then(|days| day.checked_add_days(days)) })
    }

    /// The standing of the medical examiner's process for a death on `day`.
    pub fn examiner(&self, day: NaiveDate) -> ExaminerBasis {
        let in_force = self.examiner.iter().rev().find(|(from, _)| *from <= day);
        in_force.map_or(ExaminerBasis::None, |(_, basis)| *basis)
    }

    /// SHA-256, in hexadecimal, over the text.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

fn in_order<'a>(
    source: Source<'_>,
    what: &str,
    starts: impl Iterator<Item = &'a Spanned<NaiveDate>>,
) -> Result<(), PackError> {
    let mut last: Option<NaiveDate> = None;
    for start in starts {
        let day = *start.get_ref();
        if last.is_some_and(|last| day <= last) {
            let problem = format!("the `{what}` from {day} is not after the one before");
            return Err(source.refuse(start.span().start, problem, "days that rise"));
        }
        last = Some(day);
    }
    if last.is_none() {
        return Err(source.refuse(0, format!("there is no `{what}`"), "at least one"));
    }
    Ok(())
}

type Mistake = (String, &'static str);

fn each_harm_once(edition: &RoutingText) -> Result<(), Mistake> {
    for harm in HarmLevel::ALL {
        let routes = edition.route.iter().flat_map(|route| &route.harm);
        let many = routes.filter(|one| *one == harm).count();
        if many != 1 {
            return Err((format!("{harm:?} harm has {many} routes"), "each level of harm once"));
        }
    }
    Ok(())
}

fn days_where_somebody_is_told(edition: &RoutingText) -> Result<(), Mistake> {
    for route in &edition.route {
        match (route.to, route.within_days) {
            (ConcernRoute::InterfaceLeads, None) => {
                let problem = "a route to the leads has no `within_days`".to_owned();
                return Err((problem, "a number of days, 0 for the same day"));
            }
            (ConcernRoute::MonthlyCount, Some(_)) => {
                let problem = "a monthly count has `within_days`".to_owned();
                return Err((problem, "none: it goes to nobody"));
            }
            (ConcernRoute::InterfaceLeads, Some(_)) | (ConcernRoute::MonthlyCount, None) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(raw: &str) -> NaiveDate {
        raw.parse().unwrap()
    }

    fn refused(from: &str, to: &str) -> String {
        assert!(SHIPPED.contains(from), "{from}");
        let text = SHIPPED.replacen(from, to, 1);
        InterfaceRules::parse(FILE, &text).unwrap_err().to_string()
    }

    #[test]
    fn harm_goes_to_the_leads_of_both_sides_the_same_day_and_none_to_the_monthly_count() {
        let rules = InterfaceRules::shipped();
        let raised = day("2026-02-03");
        for harm in [HarmLevel::Low, HarmLevel::Moderate, HarmLevel::Severe, HarmLevel::Death] {
            let to_leads = Routed { to: ConcernRoute::InterfaceLeads, by: Some(raised) };
            assert_eq!(rules.route(harm, raised), Some(to_leads), "{harm:?}");
        }
        let counted = Routed { to: ConcernRoute::MonthlyCount, by: None };
        assert_eq!(rules.route(HarmLevel::None, raised), Some(counted));
    }

    #[test]
    fn the_examiner_is_statutory_from_the_ninth_of_september_2024_and_not_a_day_before() {
        let rules = InterfaceRules::shipped();
        assert_eq!(rules.examiner(day("2024-09-09")), ExaminerBasis::Statutory);
        assert_eq!(rules.examiner(day("2024-09-08")), ExaminerBasis::NonStatutory);
        assert_eq!(rules.examiner(day("2018-01-01")), ExaminerBasis::None);
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_what_would_be_right() {
        let twice = refused("harm = [\"NONE\"]", "harm = [\"NONE\", \"LOW\"]");
        assert!(
            twice.starts_with("interface.toml:10: Low harm has 2 routes: expected each level"),
            "{twice}"
        );
        let no_days = refused(", within_days = 0", "");
        assert!(no_days.contains("a route to the leads has no `within_days`"), "{no_days}");
        let days = refused("to = \"MONTHLY_COUNT\"", "to = \"MONTHLY_COUNT\", within_days = 3");
        assert!(days.contains("a monthly count has `within_days`"), "{days}");
        let order = refused("from = \"2024-09-09\"", "from = \"2019-01-01\"");
        assert!(order.contains("the `medical_examiner` from 2019-01-01 is not after"), "{order}");
        let word = refused("\"STATUTORY\"", "\"LAW\"");
        assert!(word.contains("interface.toml:"), "{word}");
    }
}
