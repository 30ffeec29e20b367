//! The figures of a month and of a day, each beside the share that was asked for.

use ::cancer_and_diagnostics::{self as view, CancerAsk, DiagnosticAsk};
use async_graphql::{ComplexObject, Context, SimpleObject};
use chrono::NaiveDate;
use pathway::cancer_and_diagnostics::{Standard, Standards, cancer};

use super::{
    super::{page::Page, scalars::Date, targets::TargetBeside},
    listed::{CancerWait, Judged, TestWait, TestsOf, page_of_stopped, page_of_tests},
};

/// The cancer waits that ended in a month.
#[derive(SimpleObject)]
pub struct CancerWaits {
    /// The month, 2026-01.
    month: String,
    /// One figure for each standard asked.
    figures: Vec<CancerFigure>,
}

/// How many waits ended, and how many of them within a standard.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct CancerFigure {
    /// What it answers, of this standard alone.
    #[graphql(skip)]
    ask: CancerAsk,
    /// CANCER_28_DAY, CANCER_31_DAY or CANCER_62_DAY.
    standard: &'static str,
    /// How many ended that the standard judges.
    number: u32,
    /// How many of them within it.
    within: u32,
    /// Their share; null where none ended.
    share: Option<f64>,
    /// How many ended that no standard judges, for none was in force on the day they count from.
    unjudged: u32,
    /// What was asked for in that month.
    targets: Vec<TargetBeside>,
    /// The same by route, or by first and later treatment.
    parts: Vec<CancerPart>,
}

/// A part of a cancer figure.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct CancerPart {
    /// What the figure answers that it is a part of.
    #[graphql(skip)]
    ask: CancerAsk,
    /// A route, CONSULTANT_UPGRADE, FIRST_TREATMENT or SUBSEQUENT_TREATMENT.
    key: String,
    /// How many ended that the standard judges.
    number: u32,
    /// How many of them within it.
    within: u32,
    /// Their share; null where none ended.
    share: Option<f64>,
    /// How many ended that no standard judges.
    unjudged: u32,
}

/// Who waits for a test at the end of a day.
#[derive(SimpleObject)]
pub struct DiagnosticWaits {
    /// The day.
    on: Date,
    /// The groups, sorted by key.
    groups: Vec<DiagnosticGroup>,
}

/// One group of those who wait for a test.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct DiagnosticGroup {
    /// What it answers.
    #[graphql(skip)]
    ask: DiagnosticAsk,
    /// A test, a code, TOTAL or UNKNOWN.
    key: String,
    /// How many wait.
    waiting: u32,
    /// How many of them for six weeks or more: 42 days.
    six_weeks_or_more: u32,
    /// How many of them for thirteen weeks or more: 91 days.
    thirteen_weeks_or_more: u32,
    /// The share of six weeks or more; null where nobody waits.
    share: Option<f64>,
    /// What was asked for on that day.
    targets: Vec<TargetBeside>,
}

impl CancerWaits {
    pub(super) fn of(standards: &Standards, ask: &CancerAsk, found: &[view::CancerFigure]) -> Self {
        let asked = cancer::STANDARDS.into_iter();
        let asked = asked.filter(|one| ask.standard.is_none_or(|standard| standard == *one));
        let figures = asked.map(|standard| {
            let parts: Vec<_> = found.iter().filter(|one| one.standard == standard).collect();
            let ask = CancerAsk { standard: Some(standard), ..ask.clone() };
            CancerFigure::of(standards, standard, ask, &parts)
        });
        Self { month: ask.month.to_string(), figures: figures.collect() }
    }
}

impl CancerFigure {
    fn of(
        standards: &Standards,
        standard: Standard,
        ask: CancerAsk,
        parts: &[&view::CancerFigure],
    ) -> Self {
        let sum = |of: fn(&view::CancerFigure) -> u32| parts.iter().map(|part| of(part)).sum();
        let (number, within) = (sum(|part| part.number), sum(|part| part.within));
        Self {
            standard: standard.code(),
            number,
            within,
            share: share(within, number),
            unjudged: sum(|part| part.unjudged),
            targets: targets(standards, standard, ask.month.last(), (within, number)),
            parts: parts.iter().map(|part| CancerPart::of(&ask, part)).collect(),
            ask,
        }
    }
}

impl CancerPart {
    fn of(ask: &CancerAsk, part: &view::CancerFigure) -> Self {
        let (number, within) = (part.number, part.within);
        Self {
            ask: ask.clone(),
            key: part.part.clone(),
            number,
            within,
            share: share(within, number),
            unjudged: part.unjudged,
        }
    }
}

impl DiagnosticWaits {
    pub(super) fn of(
        standards: &Standards,
        ask: &DiagnosticAsk,
        found: Vec<view::DiagnosticFigure>,
    ) -> Self {
        let groups = found.into_iter().map(|group| {
            let over = group.six_weeks_or_more;
            DiagnosticGroup {
                ask: ask.clone(),
                targets: targets(standards, Standard::Dm01, ask.on, (over, group.waiting)),
                share: share(over, group.waiting),
                key: group.key,
                waiting: group.waiting,
                six_weeks_or_more: over,
                thirteen_weeks_or_more: group.thirteen_weeks_or_more,
            }
        });
        Self { on: Date(ask.on), groups: groups.collect() }
    }
}

/// The lists behind the numbers of a standard.
#[ComplexObject]
impl CancerFigure {
    /// The pathways that a number counts. For staff and auditors.
    async fn pathways(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
        #[graphql(default_with = "Judged::Judged")] of: Judged,
    ) -> async_graphql::Result<Page<CancerWait>> {
        page_of_stopped(ctx, &self.ask, (None, of), (first, after)).await
    }
}

/// The lists behind the numbers of a part.
#[ComplexObject]
impl CancerPart {
    /// The pathways that a number counts. For staff and auditors.
    async fn pathways(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
        #[graphql(default_with = "Judged::Judged")] of: Judged,
    ) -> async_graphql::Result<Page<CancerWait>> {
        page_of_stopped(ctx, &self.ask, (Some(&self.key), of), (first, after)).await
    }
}

/// The lists behind the numbers of a group.
#[ComplexObject]
impl DiagnosticGroup {
    /// The pathways that a number counts, one for each test waited for. For staff and auditors.
    async fn pathways(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
        #[graphql(default_with = "TestsOf::Waiting")] of: TestsOf,
    ) -> async_graphql::Result<Page<TestWait>> {
        page_of_tests(ctx, &self.ask, (&self.key, of), (first, after)).await
    }
}

fn share(part: u32, whole: u32) -> Option<f64> {
    (whole > 0).then(|| f64::from(part) / f64::from(whole))
}

/// The targets in force on a day, and whether `part` of `whole` meets them.
fn targets(
    standards: &Standards,
    standard: Standard,
    on: NaiveDate,
    (part, whole): (u32, u32),
) -> Vec<TargetBeside> {
    let in_force = standards.targets(standard, on);
    in_force.map(|target| TargetBeside::of(target, share(part, whole))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(standard: Standard, on: &str, part: u32, whole: u32) -> Vec<Option<bool>> {
        let standards = policy::shipped_standards();
        let told = targets(&standards, standard, on.parse().unwrap(), (part, whole));
        told.into_iter().map(|target| target.is_met).collect()
    }

    #[test]
    fn exactly_the_share_that_is_asked_for_meets_it_and_one_fewer_does_not() {
        assert_eq!(met(Standard::Cancer28Day, "2026-02-28", 75, 100), [Some(true)]);
        assert_eq!(met(Standard::Cancer28Day, "2026-02-28", 74, 100), [Some(false)]);
        assert_eq!(met(Standard::Dm01, "2026-02-28", 1, 100), [Some(true)]);
        assert_eq!(met(Standard::Dm01, "2026-02-28", 2, 100), [Some(false)]);
    }

    #[test]
    fn a_target_of_march_judges_no_figure_of_february() {
        assert_eq!(met(Standard::Cancer28Day, "2026-02-28", 78, 100), [Some(true)]);
        assert_eq!(met(Standard::Cancer28Day, "2026-03-31", 78, 100), [Some(false)]);
    }

    #[test]
    fn a_standard_and_its_milestone_are_told_side_by_side() {
        assert_eq!(met(Standard::Cancer62Day, "2026-03-31", 80, 100), [Some(false), Some(true)]);
    }

    #[test]
    fn where_nobody_is_counted_nothing_is_met_and_nothing_missed() {
        assert_eq!(met(Standard::Cancer31Day, "2026-01-31", 0, 0), [None]);
        assert_eq!(share(0, 0), None);
    }
}
