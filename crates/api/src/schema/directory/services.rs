//! Services: what they take, whom they serve, how they are reached, and how long people wait there.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use directory::{Live, LiveAsk, ServiceAsk};
use steps::{FunctionCode, OdsCode, ServiceId, advice_and_referral::RttScope};

use super::{ContactAudience, ContactPoint, Organisation};
use crate::{
    World, desk,
    identity::{self, Standing},
    schema::{
        history::role_name,
        public_waits::{PublicWait, indication},
        scalars::Date,
    },
};

mod query;
pub use self::query::ServicesQuery;

/// Whether a service is inside the RTT return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "steps::advice_and_referral::RttScope")]
pub enum ServiceScope {
    /// Consultant-led or interface service: the clock applies.
    InScope,
    /// Not consultant-led.
    NotConsultantLed,
    /// Direct-access diagnostics.
    DirectAccessDiagnostics,
    /// Consultant-led community service, reported elsewhere.
    CommunityService,
    /// Planned care.
    PlannedCare,
}

/// An assessment that a service asks for before a referral.
#[derive(SimpleObject)]
pub struct AssessmentAsked {
    /// Which.
    name: String,
    /// How old it may be, in days; null: of any age.
    within_days: Option<u32>,
}

/// Whether somebody of an audience can reach a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum LiveContactState {
    /// A contact point works, was checked in time, and there is a way that is not digital.
    Live,
    /// What is live is digital, and no other way is given.
    DigitalOnly,
    /// There are contact points, and each has something wrong with it.
    Faulty,
    /// None is published.
    Missing,
}

/// A service as the directory has it on a date.
pub struct ServiceEntry {
    entry: directory::Service,
    on: DateTime<Utc>,
}

/// A service as the directory has it on a date.
#[Object]
impl ServiceEntry {
    /// Its id.
    async fn id(&self) -> ID {
        self.entry.service.to_string().into()
    }
    /// Its name.
    async fn name(&self) -> &str {
        self.entry.name.as_str()
    }
    /// The organisation that runs it.
    async fn organisation(&self, ctx: &Context<'_>) -> async_graphql::Result<Organisation> {
        let directory = ctx.data::<World>()?.directory();
        let code = &self.entry.organisation;
        let known = directory.organisation(code, self.on, None);
        let name = known.map_or(code.as_str(), |organisation| organisation.name.as_str());
        Ok(Organisation::named(Some(code), name))
    }
    /// The site.
    async fn site(&self) -> Option<&str> {
        self.entry.site.as_ref().map(OdsCode::as_str)
    }
    /// Its treatment function.
    async fn function(&self) -> Option<&str> {
        self.entry.function.as_ref().map(FunctionCode::as_str)
    }
    /// Whether it is inside the RTT return.
    async fn rtt_scope(&self) -> ServiceScope {
        let scope: RttScope = self.entry.rtt_scope;
        scope.into()
    }
    /// The area it serves.
    async fn area(&self) -> Option<&str> {
        self.entry.area.as_ref().map(steps::Label::as_str)
    }
    /// Whether patients may refer themselves; null where the entry does not say.
    async fn self_referral(&self) -> Option<bool> {
        self.entry.self_referral
    }
    /// From which day it runs an elective single point of access.
    async fn single_point_of_access_from(&self) -> Option<Date> {
        self.entry.spoa_from.map(Date)
    }
    /// Whom it takes, one criterion a line.
    async fn referral_criteria(&self) -> Vec<&str> {
        self.entry.referral_criteria.iter().map(steps::Label::as_str).collect()
    }
    /// Assessments that it asks for first.
    async fn required_assessments(&self) -> Vec<AssessmentAsked> {
        let asked = self.entry.required_assessments.iter().map(|one| AssessmentAsked {
            name: one.assessment_name.to_string(),
            within_days: one.within_days,
        });
        asked.collect()
    }
    /// Guidelines and pathways.
    async fn guideline_links(&self) -> Vec<&str> {
        self.entry.guideline_links.iter().map(steps::Endpoint::as_str).collect()
    }
    /// The role that keeps the entry.
    async fn owner_role(&self) -> Option<String> {
        self.entry.owner_role.map(role_name)
    }
    /// The day on which the entry was last written.
    async fn updated_on(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Date>> {
        let directory = ctx.data::<World>()?.directory();
        Ok(directory.entered_on(&self.entry.service, self.on, None).map(Date))
    }
    /// Its contact points that are not retired; for one audience, or all.
    async fn contact_points(
        &self,
        ctx: &Context<'_>,
        audience: Option<ContactAudience>,
    ) -> async_graphql::Result<Vec<ContactPoint>> {
        contact_points(ctx, &self.entry.service, audience, self.on).await
    }
    /// Whether somebody of that audience can reach it (SEL 4.1).
    async fn live_contact(
        &self,
        ctx: &Context<'_>,
        audience: ContactAudience,
    ) -> async_graphql::Result<LiveContactState> {
        let world = ctx.data::<World>()?;
        let audience: steps::codes::Audience = audience.into();
        let ask = LiveAsk {
            organisation: &self.entry.organisation,
            service: Some(&self.entry.service),
            audiences: std::slice::from_ref(&audience),
            on: self.on,
            known: None,
        };
        let directory = world.directory();
        Ok(match directory.live_contact(ask, world.freshness(self.on)) {
            Live::Yes(_) => LiveContactState::Live,
            Live::DigitalOnly => LiveContactState::DigitalOnly,
            Live::Faulty(_) => LiveContactState::Faulty,
            Live::Missing => LiveContactState::Missing,
        })
    }
    /// How long people wait there: what the public is told of its function at this provider, from our
    /// own list; null of a restricted service, and where its function is not known.
    async fn indicative_wait(
        &self,
        ctx: &Context<'_>,
    ) -> async_graphql::Result<Option<PublicWait>> {
        indication(ctx, &self.entry)
    }
    /// Whether it is simulated.
    async fn simulated(&self) -> bool {
        self.entry.simulated == Some(true)
    }
}

/// The contact points of a service that are not retired.
pub(super) async fn contact_points(
    ctx: &Context<'_>,
    service: &ServiceId,
    audience: Option<ContactAudience>,
    on: DateTime<Utc>,
) -> async_graphql::Result<Vec<ContactPoint>> {
    let audience = audience.map(steps::codes::Audience::from);
    let points: Vec<ContactPoint> = {
        let directory = ctx.data::<World>()?.directory();
        let points = directory.contacts_of(service, on, None).into_iter();
        let wanted =
            points.filter(|reach| audience.is_none_or(|asked| reach.point.audience == asked));
        wanted.map(ContactPoint::from).collect()
    };
    desk::charge(ctx, points.len()).await?;
    Ok(points)
}

/// The services that fit, narrowed by `narrow`; what is restricted is for staff and auditors.
pub(super) async fn found<'a>(
    ctx: &Context<'_>,
    on: DateTime<Utc>,
    narrow: impl FnOnce(&mut ServiceAsk<'a>),
) -> async_graphql::Result<Vec<ServiceEntry>> {
    let principal = identity::principal(ctx)?;
    desk::charge_survey(ctx, 1).await?;
    let mut ask = ServiceAsk {
        area: None,
        function: None,
        organisation: None,
        name: None,
        self_referral: None,
        restricted: principal.standing != Standing::Patient,
        on,
    };
    narrow(&mut ask);
    let directory = ctx.data::<World>()?.directory();
    let found = directory.services(&ask).into_iter().cloned();
    Ok(found.map(|entry| ServiceEntry { entry, on }).collect())
}
