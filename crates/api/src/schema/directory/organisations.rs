//! An organisation's own page: what it belongs to, its services, and how it is reached.

use async_graphql::{Context, Enum, Object};
use chrono::{DateTime, Utc};
use steps::record_keeping::OrganisationKind;

use super::{
    ContactAudience, ContactPoint, Organisation,
    services::{self, ServiceEntry},
};
use crate::{World, desk, schema::scalars::Date};

/// What an organisation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "steps::record_keeping::OrganisationKind")]
pub enum KindOfOrganisation {
    /// A trust or other provider.
    Provider,
    /// A site of a provider.
    Site,
    /// A general practice.
    Practice,
    /// An integrated care board.
    IntegratedCareBoard,
    /// A sub-ICB location or other commissioner.
    Commissioner,
    /// Another organisation.
    Other,
}

/// An organisation as the directory has it on a date.
pub struct OrganisationEntry {
    entry: directory::Organisation,
    on: DateTime<Utc>,
}

impl OrganisationEntry {
    pub(super) const fn on(entry: directory::Organisation, on: DateTime<Utc>) -> Self {
        Self { entry, on }
    }
}

/// An organisation as the directory has it on a date.
#[Object]
impl OrganisationEntry {
    /// Its ODS code.
    async fn code(&self) -> &str {
        self.entry.organisation.as_str()
    }
    /// Its name.
    async fn name(&self) -> &str {
        self.entry.name.as_str()
    }
    /// What it is.
    async fn kind(&self) -> KindOfOrganisation {
        let kind: OrganisationKind = self.entry.organisation_kind;
        kind.into()
    }
    /// What it belongs to.
    async fn parent(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Organisation>> {
        let directory = ctx.data::<World>()?.directory();
        let Some(code) = &self.entry.parent else { return Ok(None) };
        let known = directory.organisation(code, self.on, None);
        let name = known.map_or(code.as_str(), |parent| parent.name.as_str());
        Ok(Some(Organisation::named(Some(code), name)))
    }
    /// The last day on which it is open; null: it is not closed.
    async fn ends_on(&self) -> Option<Date> {
        self.entry.ends_on.map(Date)
    }
    /// The organisation that takes its place.
    async fn replaced_by(&self) -> Option<&str> {
        self.entry.replaced_by_organisation.as_ref().map(steps::OdsCode::as_str)
    }
    /// The organisations that belong to it.
    async fn children(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Organisation>> {
        let children: Vec<Organisation> = {
            let directory = ctx.data::<World>()?.directory();
            let children = directory.children_of(&self.entry.organisation, self.on, None);
            let named = children
                .iter()
                .map(|child| Organisation::named(Some(&child.organisation), child.name.as_str()));
            named.collect()
        };
        desk::charge(ctx, children.len()).await?;
        Ok(children)
    }
    /// The services that it runs.
    async fn services(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ServiceEntry>> {
        let code = Some(&self.entry.organisation);
        let found = services::found(ctx, self.on, |ask| ask.organisation = code).await?;
        desk::charge(ctx, found.len()).await?;
        Ok(found)
    }
    /// Its contact points that are not retired, those of its services too.
    async fn contact_points(
        &self,
        ctx: &Context<'_>,
        audience: Option<ContactAudience>,
    ) -> async_graphql::Result<Vec<ContactPoint>> {
        desk::charge_survey(ctx, 1).await?;
        let audience = audience.map(steps::codes::Audience::from);
        let points: Vec<ContactPoint> = {
            let directory = ctx.data::<World>()?.directory();
            let points = directory.contacts_kept_by(&self.entry.organisation, self.on, None);
            let points = points.into_iter();
            let wanted =
                points.filter(|reach| audience.is_none_or(|asked| reach.point.audience == asked));
            wanted.map(ContactPoint::from).collect()
        };
        desk::charge(ctx, points.len()).await?;
        Ok(points)
    }
    /// Whether it is simulated.
    async fn simulated(&self) -> bool {
        self.entry.simulated == Some(true)
    }
}
