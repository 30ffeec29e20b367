//! The reads of services: one, or those that fit.

use std::{fmt::Display, str::FromStr};

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use steps::{FunctionCode, OdsCode, ServiceId};

use super::{ServiceEntry, found};
use crate::{
    World, desk,
    identity::{self, Standing},
    schema::{
        page::{Page, PageAsk},
        scalars::bad_input,
    },
};

/// The longest part of a name or area that is searched for.
const PART_CHARACTERS_MAX: usize = 100;

/// The reads of services.
#[derive(Default)]
pub struct ServicesQuery;

#[Object]
impl ServicesQuery {
    /// A service of the directory as it stood; null where none is recorded, and of a restricted one for
    /// patients.
    async fn service(
        &self,
        ctx: &Context<'_>,
        id: ID,
        on: Option<DateTime<Utc>>,
    ) -> async_graphql::Result<Option<ServiceEntry>> {
        let principal = identity::principal(ctx)?;
        let world = ctx.data::<World>()?;
        let id: ServiceId = id.parse().map_err(|bad| bad_input(format!("`id`: {bad}")))?;
        let on = on.unwrap_or_else(|| world.now());
        let directory = world.directory();
        let may_see = |entry: &&directory::Service| {
            entry.restricted != Some(true) || principal.standing != Standing::Patient
        };
        let found = directory.service(&id, on, None).filter(may_see).cloned();
        Ok(found.map(|entry| ServiceEntry { entry, on }))
    }

    /// The services of the directory that fit, in the order of their ids: by part of the area they serve
    /// or of their name, in any case of letters, by treatment function, by organisation, and by whether
    /// patients may refer themselves.
    async fn services(
        &self,
        ctx: &Context<'_>,
        area: Option<String>,
        function: Option<String>,
        organisation: Option<String>,
        name: Option<String>,
        self_referral: Option<bool>,
        on: Option<DateTime<Utc>>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> async_graphql::Result<Page<ServiceEntry>> {
        let page = PageAsk::new(first, after)?;
        let function: Option<FunctionCode> = code("function", function)?;
        let organisation: Option<OdsCode> = code("organisation", organisation)?;
        for (field, part) in [("area", &area), ("name", &name)] {
            part_of_a_name(field, part.as_deref())?;
        }
        let world = ctx.data::<World>()?;
        let on = on.unwrap_or_else(|| world.now());
        let found = found(ctx, on, |ask| {
            ask.area = area.as_deref();
            ask.function = function.as_ref();
            ask.organisation = organisation.as_ref();
            ask.name = name.as_deref();
            ask.self_referral = self_referral;
        });
        let found = found.await?;
        let id = |one: &ServiceEntry| one.entry.service.to_string();
        let begins_at = page.begins_at(&found, id)?;
        let rest: Vec<ServiceEntry> =
            found.into_iter().skip(begins_at).take(page.first + 1).collect();
        desk::charge(ctx, rest.len()).await?;
        Ok(page.of_read(rest, id))
    }
}

fn code<T: FromStr<Err: Display>>(
    field: &str,
    raw: Option<String>,
) -> async_graphql::Result<Option<T>> {
    let read = raw.map(|raw| raw.parse()).transpose();
    read.map_err(|bad| bad_input(format!("`{field}`: {bad}")))
}

fn part_of_a_name(field: &str, part: Option<&str>) -> async_graphql::Result<()> {
    let characters = part.map_or(1, |part| part.trim().chars().count());
    if (1..=PART_CHARACTERS_MAX).contains(&characters) {
        return Ok(());
    }
    let expected = format!("`{field}`: expected 1 to {PART_CHARACTERS_MAX} characters");
    Err(bad_input(expected))
}
