//! What anybody may know of waiting times, without sign-in: figures of many, rounded, and of few none.
//!
//! By the settings of `schema/policies/public-waits.toml`. The day is always the last of a whole month,
//! so that no two answers of neighbouring days can be told apart by one person, and an answer is kept
//! for its age, however much is recorded meanwhile. Nothing of a person is behind it: no pathway, no
//! other field of the schema. It is itself evidence for principle 6.4 of the SEL consensus.

mod told;

use ::waiting_times::{Ask, Group, GroupBy, Narrow, TOTAL, UNKNOWN};
use async_graphql::{Context, SimpleObject};
use chrono::NaiveDate;
use pathway::Month;
use policy::{CountBand, PublicSettings};
use steps::{FunctionCode, OdsCode, ServiceId};

pub use self::told::Told;
use super::scalars::{Date, bad_input};
use crate::{World, identity, transport::ByTrustedDocument};

/// What the public is told of the waiting list of a provider.
#[derive(SimpleObject, Clone, Debug, PartialEq)]
pub struct PublicWaits {
    /// The provider, by ODS code.
    provider: String,
    /// Its name; its code where none is recorded.
    provider_name: String,
    /// The day: who was waiting at its end. Always the last day of a month.
    as_of: Date,
    /// How the figures are made.
    method: &'static str,
    /// The version of that method.
    method_version: &'static str,
    /// From when the settings are in force by which figures are withheld, banded and rounded.
    settings_from: Date,
    /// Of fewer people nothing is told.
    smallest_count: u32,
    /// The whole list (TOTAL) and each function of the national return of which something can be told;
    /// where a service was asked for, its function alone.
    waits: Vec<PublicWait>,
}

/// What the public is told of one list.
#[derive(SimpleObject, Clone, Debug, PartialEq)]
pub struct PublicWait {
    /// The function of the national return, C_110; or TOTAL.
    code: String,
    /// Its name.
    name: String,
    /// Whether nothing is told: nobody waits, or so few that a person could be found, or the figure
    /// would give away another that is withheld. These three cannot be told apart.
    is_withheld: bool,
    /// About how many wait; null where withheld.
    count_band: Option<PublicCountBand>,
    /// The weeks within which half of them lie, rounded; null where withheld.
    median_weeks: Option<f64>,
    /// Whether that is so many weeks or more.
    median_is_open: bool,
    /// The weeks within which 92 of 100 lie, rounded; null where withheld.
    percentile92_weeks: Option<f64>,
    /// Whether that is so many weeks or more.
    percentile92_is_open: bool,
    /// The same in a sentence.
    in_words: String,
}

/// About how many.
#[derive(SimpleObject, Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicCountBand {
    /// At least so many.
    from: u32,
    /// Fewer than this; null of the last band.
    below: Option<u32>,
}

impl From<CountBand> for PublicCountBand {
    fn from(band: CountBand) -> Self {
        Self { from: band.from, below: band.below }
    }
}

/// The read for everybody.
#[derive(Default)]
pub struct PublicWaitsQuery;

#[async_graphql::Object]
impl PublicWaitsQuery {
    /// How long people wait at a provider, or at one of its services (a service of the directory, or a
    /// treatment function). Needs no sign-in when asked by the trusted document of that name.
    async fn public_waits(
        &self,
        ctx: &Context<'_>,
        provider: String,
        service: Option<String>,
    ) -> async_graphql::Result<PublicWaits> {
        if ctx.data_opt::<ByTrustedDocument>().is_none() {
            identity::principal(ctx)?;
        }
        let world = ctx.data::<World>()?;
        let provider: OdsCode =
            provider.parse().map_err(|bad| bad_input(format!("`provider`: {bad}")))?;
        let as_of = Month::of(pathway::london::date_of(world.now())).before().last();
        let code = service.map(|service| function_of(world, &provider, &service, as_of));
        let code = code.transpose()?;
        let mut waits = ctx.data::<Told>()?.of(world, &provider, as_of)?;
        if let Some(code) = code {
            waits.keep(&code, world);
        }
        Ok(waits)
    }
}

/// What the public is told of the function of a service, as an indication of its wait; nothing of a
/// restricted service, and nothing where its function is not known.
pub(super) fn indication(
    ctx: &Context<'_>,
    service: &directory::Service,
) -> async_graphql::Result<Option<PublicWait>> {
    let world = ctx.data::<World>()?;
    let as_of = Month::of(pathway::london::date_of(world.now())).before().last();
    let function = service.function.as_ref().filter(|_| service.restricted != Some(true));
    let code = function.and_then(|one| world.rules.functions.code_of(one.as_str(), as_of));
    let Some(code) = code else { return Ok(None) };
    let mut waits = ctx.data::<Told>()?.of(world, &service.organisation, as_of)?;
    waits.keep(code, world);
    Ok(waits.waits.pop())
}

/// The reporting function of a service of the provider, or of a treatment function. A service that is
/// restricted is as one that is not there.
fn function_of(
    world: &World,
    provider: &OdsCode,
    service: &str,
    on: NaiveDate,
) -> async_graphql::Result<String> {
    let functions = &world.rules.functions;
    let listed = service.parse::<ServiceId>().ok().and_then(|id| {
        let directory = world.directory();
        let found = directory.service(&id, world.now(), None)?;
        let is_open = found.organisation == *provider && found.restricted != Some(true);
        is_open.then(|| found.function.clone()).flatten()
    });
    let function = listed.or_else(|| service.parse::<FunctionCode>().ok());
    let code =
        function.and_then(|function| functions.code_of(function.as_str(), on).map(str::to_owned));
    code.ok_or_else(|| {
        bad_input(
            "`service`: expected a service of this provider, or a treatment function such as 110",
        )
    })
}

impl PublicWaits {
    /// What is told of a provider as its list is now known.
    fn compute(
        world: &World,
        settings: &PublicSettings,
        provider: &OdsCode,
        as_of: NaiveDate,
    ) -> Self {
        let ask = ask_of(world, provider, as_of);
        let groups = world.waiting_times.waiting_times(&ask);
        let whole =
            world.waiting_times.waiting_times(&Ask { group_by: GroupBy::Total, ..ask.clone() });
        // The last stands for every function that nobody waits in.
        let nobody = std::iter::once(0);
        let counts: Vec<u32> = groups.iter().map(|group| group.total).chain(nobody).collect();
        let withheld = settings.withheld(&counts);
        let told = groups.iter().zip(withheld).filter(|(_, withheld)| !withheld);
        let told = whole.iter().chain(told.map(|(group, _)| group));
        let waits = told.map(|group| PublicWait::of(world, settings, group, as_of)).collect();
        let directory = world.directory();
        let name = directory.organisation(provider, world.now(), None);
        Self {
            provider: provider.to_string(),
            provider_name: name.map_or_else(|| provider.to_string(), |one| one.name.to_string()),
            as_of: Date(as_of),
            method: "percentiles of completed weeks waited, read off the week bands of the national return",
            method_version: ask.method.name(),
            settings_from: Date(settings.from),
            smallest_count: settings.smallest_count,
            waits,
        }
    }

    /// Keeps one function alone; of one that is not there, that nothing is told.
    fn keep(&mut self, code: &str, world: &World) {
        self.waits.retain(|wait| wait.code == code);
        if self.waits.is_empty() {
            self.waits.push(PublicWait::withheld(code, name_of(world, code, self.as_of.0)));
        }
    }
}

fn ask_of(world: &World, provider: &OdsCode, as_of: NaiveDate) -> Ask {
    let functions = &world.rules.functions;
    let own = functions.names_on(as_of).map(|(code, _)| (code.to_owned(), code.to_owned()));
    let folded = functions.folded_on(as_of);
    let folded = folded.map(|(function, code)| (function.to_owned(), code.to_owned()));
    Ask {
        narrow: Narrow { provider: Some(provider.clone()), ..Narrow::default() },
        merged: own.chain(folded).collect(),
        ..Ask::english(as_of, GroupBy::ReportingFunction)
    }
}

fn name_of(world: &World, code: &str, on: NaiveDate) -> String {
    let named = world.rules.functions.names_on(on).find(|(known, _)| *known == code);
    match (code, named) {
        (TOTAL, _) => "All of this provider".to_owned(),
        (UNKNOWN, _) => "Function not known".to_owned(),
        (_, Some((_, name))) => name.to_owned(),
        (other, None) => other.to_owned(),
    }
}

impl PublicWait {
    /// Whether anything is told.
    pub(super) const fn shows_a_figure(&self) -> bool {
        !self.is_withheld
    }

    fn of(world: &World, settings: &PublicSettings, group: &Group, on: NaiveDate) -> Self {
        let name = name_of(world, &group.key, on);
        let told = |weeks| settings.told(group.total, weeks);
        let weeks = told(group.median_weeks).zip(told(group.percentile_92_weeks));
        let Some((band, (median, p92))) = settings.band(group.total).zip(weeks) else {
            return Self::withheld(&group.key, name);
        };
        let (open, p92_open) = (group.median_open, group.percentile_92_open);
        let up_to = |weeks: f64, open: bool| {
            if open { format!("{weeks} or more") } else { weeks.to_string() }
        };
        let in_words = format!(
            "Of those waiting at the end of {}, half have waited about {} weeks so far or less, and 92 in \
             100 about {} weeks or less.",
            on.format("%-d %B %Y"),
            up_to(median, open),
            up_to(p92, p92_open)
        );
        Self {
            code: group.key.clone(),
            name,
            is_withheld: false,
            count_band: Some(band.into()),
            median_weeks: Some(median),
            median_is_open: open,
            percentile92_weeks: Some(p92),
            percentile92_is_open: p92_open,
            in_words,
        }
    }

    fn withheld(code: &str, name: String) -> Self {
        Self {
            code: code.to_owned(),
            name,
            is_withheld: true,
            count_band: None,
            median_weeks: None,
            median_is_open: false,
            percentile92_weeks: None,
            percentile92_is_open: false,
            in_words: "Too few people wait, or none, to say how long without saying who."
                .to_owned(),
        }
    }
}
