//! How long people wait: the list on any day, divided, each figure open down to the pathways.

use std::collections::BTreeSet;

use ::waiting_times::{Ask, Group, ListedPathway, PercentileMethod, pathways_of};
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use steps::{BadValue, OdsCode};

use super::{
    page::{Page, PageAsk, bad_cursor},
    scalars::{Date, LogPosition, bad_input, pathway_id},
};
use crate::{World, identity, world::unread};

/// What a list is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum GroupBy {
    /// Nothing: one group.
    Total,
    /// Who reports the wait.
    Provider,
    /// Who pays.
    Commissioner,
    /// The treatment function, as reported.
    TreatmentFunction,
    /// How urgent the referral is.
    Priority,
}

/// How percentiles are computed from the week bands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum Method {
    /// As published in 2025-26: interpolation inside the band, shown from 20 pathways on.
    #[graphql(name = "RTT_2025")]
    Rtt2025,
    /// As published in 2014-15: median by rank (N+1)/2, shown from 50 pathways on.
    #[graphql(name = "RTT_2015")]
    Rtt2015,
}

/// A waiting list on a day.
pub struct WaitingList {
    ask: Ask,
    groups: Vec<Group>,
}

/// One group of a waiting list.
pub struct WaitingGroup<'a> {
    ask: &'a Ask,
    group: &'a Group,
}

/// A pathway on a waiting list.
#[derive(SimpleObject)]
pub struct WaitingPathway {
    /// The pathway.
    pathway_id: ID,
    /// The date its wait counts from.
    clock_start: Date,
    /// Days waited on the day asked.
    days_waited: u32,
    /// The provider that reports it.
    provider: Option<String>,
    /// Who pays.
    commissioner: Option<String>,
    /// The treatment function.
    treatment_function: Option<String>,
    /// The day of the decision to admit.
    decision_to_admit: Option<Date>,
}

/// A waiting list on a day.
#[Object]
impl WaitingList {
    /// The day: who was waiting at its end.
    async fn on(&self) -> Date {
        Date(self.ask.on)
    }
    /// The method of the percentiles.
    async fn method(&self) -> &str {
        self.ask.method.name()
    }
    /// The groups, sorted by key.
    async fn groups(&self) -> Vec<WaitingGroup<'_>> {
        self.groups.iter().map(|group| WaitingGroup { ask: &self.ask, group }).collect()
    }
}

/// One group of a waiting list.
#[Object]
impl WaitingGroup<'_> {
    /// What the group is: a code of provider, commissioner, function or priority, or TOTAL.
    async fn key(&self) -> &str {
        &self.group.key
    }
    /// How many wait.
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
    /// Whether that percentile is in the open band, 104 weeks or more.
    async fn percentile92_is_open(&self) -> bool {
        self.group.percentile_92_open
    }
    /// How many have waited 52 weeks or more.
    async fn over52_weeks(&self) -> u32 {
        self.group.over_52
    }
    /// How many have waited 65 weeks or more.
    async fn over65_weeks(&self) -> u32 {
        self.group.over_65
    }
    /// How many have waited 78 weeks or more.
    async fn over78_weeks(&self) -> u32 {
        self.group.over_78
    }
    /// How many have waited 104 weeks or more.
    async fn over104_weeks(&self) -> u32 {
        self.group.over_104
    }
    /// How many wait whose clock start is not known.
    async fn unknown_start(&self) -> u32 {
        self.group.unknown_start
    }
    /// How many in each of the 105 week bands.
    async fn bands(&self) -> &[u32] {
        &self.group.bands
    }
    /// The pathways that the figure counts. For staff and auditors.
    async fn pathways(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> async_graphql::Result<Page<WaitingPathway>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?;
        let page = PageAsk::new(first, after)?;
        let after = page.after.as_ref().map(|after| pathway_id(&ID(after.clone()))).transpose();
        let after = after.map_err(|_malformed| bad_cursor())?;
        let (ask, key) = (self.ask.clone(), self.group.key.clone());
        let most = u32::try_from(page.first + 1).unwrap_or(u32::MAX);
        let read = world.waiting.read(move |conn| Ok(pathways_of(conn, &ask, &key, after, most)));
        let listed = read.await.map_err(unread)?.map_err(super::scalars::failed)?;
        let nodes = listed.into_iter().map(WaitingPathway::from).collect();
        Ok(page.of_read(nodes, |node: &WaitingPathway| node.pathway_id.0.clone()))
    }
}

impl From<ListedPathway> for WaitingPathway {
    fn from(listed: ListedPathway) -> Self {
        Self {
            pathway_id: listed.pathway_id.0.into(),
            clock_start: Date(listed.clock_start),
            days_waited: listed.days_waited,
            provider: listed.provider,
            commissioner: listed.commissioner,
            treatment_function: listed.function,
            decision_to_admit: listed.decision_to_admit.map(Date),
        }
    }
}

/// The reads of waiting times.
#[derive(Default)]
pub struct WaitingTimesQuery;

#[Object]
impl WaitingTimesQuery {
    /// The waiting list on a day (left out: today). Without an ICB or commissioner, non-English
    /// commissioners are left out, as in the published figures.
    async fn waiting_times(
        &self,
        ctx: &Context<'_>,
        on: Option<Date>,
        icb: Option<String>,
        commissioner: Option<String>,
        provider: Option<String>,
        treatment_function: Option<String>,
        #[graphql(default_with = "GroupBy::Total")] group_by: GroupBy,
        #[graphql(default_with = "Method::Rtt2025")] method: Method,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<WaitingList> {
        identity::principal(ctx)?;
        let world = ctx.data::<World>()?;
        world.wait(&world.waiting, at_least.map(|at| at.0)).await?;
        let today = pathway::london::date_of(world.now());
        if on.is_some_and(|on| on.0 > today) {
            return Err(bad_input("`on` is in the future: expected today or a day before"));
        }
        let icb = icb.map(|code| parsed("icb", &code)).transpose()?;
        let commissioner = commissioner.map(|code| parsed("commissioner", &code)).transpose()?;
        let ask = Ask {
            on: on.map_or(today, |on| on.0),
            provider: provider.map(|code| parsed("provider", &code)).transpose()?,
            commissioners: commissioners(world, icb.as_ref(), commissioner),
            function: treatment_function.map(|it| parsed("treatmentFunction", &it)).transpose()?,
            group_by: group_by.into(),
            english_only: true,
            method: method.into(),
        };
        let groups = world.waiting_times.waiting_times(&ask);
        Ok(WaitingList { ask, groups })
    }
}

/// The commissioners of an ICB, of which one may be asked alone.
fn commissioners(
    world: &World,
    icb: Option<&OdsCode>,
    one: Option<OdsCode>,
) -> Option<BTreeSet<OdsCode>> {
    let of_icb = icb.map(|icb| {
        let directory = world.directory();
        let children = directory.children_of(icb, world.now(), None);
        children.into_iter().map(|child| child.organisation.clone()).collect::<BTreeSet<_>>()
    });
    match (of_icb, one) {
        (None, None) => None,
        (Some(all), None) => Some(all),
        (None, Some(one)) => Some(BTreeSet::from([one])),
        (Some(all), Some(one)) => Some(all.into_iter().filter(|code| *code == one).collect()),
    }
}

fn parsed<T: std::str::FromStr<Err = BadValue>>(
    field: &str,
    raw: &str,
) -> async_graphql::Result<T> {
    raw.parse().map_err(|bad| bad_input(format!("`{field}`: {bad}")))
}

impl From<GroupBy> for ::waiting_times::GroupBy {
    fn from(group_by: GroupBy) -> Self {
        match group_by {
            GroupBy::Total => Self::Total,
            GroupBy::Provider => Self::Provider,
            GroupBy::Commissioner => Self::Commissioner,
            GroupBy::TreatmentFunction => Self::TreatmentFunction,
            GroupBy::Priority => Self::Priority,
        }
    }
}

impl From<Method> for PercentileMethod {
    fn from(method: Method) -> Self {
        match method {
            Method::Rtt2025 => Self::Rtt2025,
            Method::Rtt2015 => Self::Rtt2015,
        }
    }
}
