//! A list and its groups: the published measures, the exact days, and the targets beside them.

use ::waiting_times::{Ask, Count, Group, GroupBy, Narrow, TOTAL, Which};
use async_graphql::{Context, Object, SimpleObject};
use chrono::NaiveDate;
use policy::{ListTarget, Measure, TargetScope, Targets};

use super::listed::{WaitingPathway, page_of};
use crate::{
    World, identity,
    schema::{page::Page, scalars::Date, targets::TargetBeside},
};

/// A waiting list on a day.
pub struct WaitingList {
    ask: Ask,
    on: NaiveDate,
    pub(super) groups: Vec<WaitingGroup>,
}

/// One group of people who wait, or whose wait ended or began.
pub struct WaitingGroup {
    ask: Ask,
    on: NaiveDate,
    group: Group,
    targets: Vec<TargetBeside>,
}

/// Percentiles of the exact days waited, by nearest rank: not the published ones, which know only week
/// bands.
#[derive(SimpleObject)]
pub struct ExactDays {
    /// The fewest days within which half of them lie.
    median: u32,
    /// The fewest days within which 92 of 100 lie.
    percentile92: u32,
    /// The fewest days within which 95 of 100 lie.
    percentile95: u32,
    /// The method.
    method: &'static str,
}

impl WaitingList {
    pub(super) fn of(world: &World, ask: Ask, on: NaiveDate) -> Self {
        let groups = groups_of(world, &ask, on);
        Self { ask, on, groups }
    }
}

/// The groups of a question, each with the targets of its day.
pub(super) fn groups_of(world: &World, ask: &Ask, on: NaiveDate) -> Vec<WaitingGroup> {
    let groups = world.waiting_times.waiting_times(ask).into_iter();
    let beside = |group: &Group| targets_beside(&world.rules.targets, ask, group, on);
    groups
        .map(|group| WaitingGroup { ask: ask.clone(), on, targets: beside(&group), group })
        .collect()
}

/// Targets are about who waits, not about whose wait ended.
fn targets_beside(targets: &Targets, ask: &Ask, group: &Group, on: NaiveDate) -> Vec<TargetBeside> {
    if !matches!(ask.count, Count::Waiting(_)) || group.total == 0 {
        return Vec::new();
    }
    let concerns = |target: &&ListTarget| match target.of.scope {
        TargetScope::Everybody => true,
        TargetScope::National => {
            ask.group_by == GroupBy::Total && group.key == TOTAL && ask.narrow == Narrow::default()
        }
        TargetScope::Provider => ask.group_by == GroupBy::Provider,
    };
    let beside =
        |target: &ListTarget| TargetBeside::of(target, Some(figure_of(target.of.measure, group)));
    targets.on(on).filter(concerns).map(beside).collect()
}

/// The figure of a group that a target is about.
fn figure_of(measure: Measure, group: &Group) -> f64 {
    let share = |count: u32| f64::from(count) / f64::from(group.total.max(1));
    match measure {
        Measure::Within18WeeksShare => share(group.within_18_weeks),
        Measure::Over52WeeksShare => share(group.over_52),
        Measure::Over52Weeks => f64::from(group.over_52),
    }
}

/// A waiting list on a day.
#[Object]
impl WaitingList {
    /// The day: who was waiting at its end.
    async fn on(&self) -> Date {
        Date(self.on)
    }
    /// The method of the percentiles.
    async fn method(&self) -> &str {
        self.ask.method.name()
    }
    /// The groups, sorted by key.
    async fn groups(&self) -> &[WaitingGroup] {
        &self.groups
    }
}

/// One group of people who wait, or whose wait ended or began.
#[Object]
impl WaitingGroup {
    /// What the group is: a code of what the list is divided by, or TOTAL, or UNKNOWN.
    async fn key(&self) -> &str {
        &self.group.key
    }
    /// How many there are whose start is known.
    async fn total(&self) -> u32 {
        self.group.total
    }
    /// How many have waited 126 days or less.
    async fn within18_weeks(&self) -> u32 {
        self.group.within_18_weeks
    }
    /// Their share of all whose start is known.
    async fn within18_weeks_share(&self) -> Option<f64> {
        self.group.share
    }
    /// The median wait in weeks; null where too few wait for the method to show it.
    async fn median_weeks(&self) -> Option<f64> {
        self.group.median_weeks
    }
    /// The wait in weeks within which 92 of 100 lie; 104 stands for 104 or more.
    async fn percentile92_weeks(&self) -> Option<f64> {
        self.group.percentile_92_weeks
    }
    /// Whether that percentile is in the open band, over 104 weeks.
    async fn percentile92_is_open(&self) -> bool {
        self.group.percentile_92_open
    }
    /// The wait in weeks within which 95 of 100 lie; 104 stands for 104 or more.
    async fn percentile95_weeks(&self) -> Option<f64> {
        self.group.percentile_95_weeks
    }
    /// Whether that percentile is in the open band, over 104 weeks.
    async fn percentile95_is_open(&self) -> bool {
        self.group.percentile_95_open
    }
    /// Percentiles of the exact days, for running a list; null of nobody. Not the published figures.
    async fn exact_days(&self) -> Option<ExactDays> {
        self.group.exact.map(|exact| ExactDays {
            median: exact.median,
            percentile92: exact.percentile_92,
            percentile95: exact.percentile_95,
            method: "exact-nearest-rank",
        })
    }
    /// How many have waited over 52 weeks.
    async fn over52_weeks(&self) -> u32 {
        self.group.over_52
    }
    /// How many have waited over 65 weeks.
    async fn over65_weeks(&self) -> u32 {
        self.group.over_65
    }
    /// How many have waited over 78 weeks.
    async fn over78_weeks(&self) -> u32 {
        self.group.over_78
    }
    /// How many have waited over 104 weeks.
    async fn over104_weeks(&self) -> u32 {
        self.group.over_104
    }
    /// How many there are whose clock start is not known; they are in no other figure.
    async fn unknown_start(&self) -> u32 {
        self.group.unknown_start
    }
    /// How many in each of the 105 week bands.
    async fn bands(&self) -> &[u32] {
        &self.group.bands
    }
    /// The targets in force on the day, with this group's figure. Of who waits only.
    async fn targets(&self) -> &[TargetBeside] {
        &self.targets
    }
    /// The pathways that the total counts, or those whose start is not known. For staff and auditors.
    async fn pathways(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
        #[graphql(default = false)] unknown_start: bool,
    ) -> async_graphql::Result<Page<WaitingPathway>> {
        identity::not_a_patient(ctx)?;
        let which = if unknown_start { Which::UnknownStart } else { Which::Counted };
        page_of(ctx, &self.ask, &self.group.key, (which, self.on), (first, after)).await
    }
}
