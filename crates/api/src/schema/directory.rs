//! The directory: organisations, services and contact points, as of any date.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use steps::{OdsCode, ServiceId, codes::Channel};

use self::organisations::OrganisationEntry;
use super::{
    history::role_name,
    scalars::{Date, bad_input},
};
use crate::{World, identity};

pub mod health;
pub mod organisations;
pub mod services;

/// An organisation.
#[derive(SimpleObject)]
pub struct Organisation {
    /// Its ODS code.
    pub(super) code: String,
    /// Its name; its code where no name is recorded.
    pub(super) name: String,
}

/// Whom a contact point is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "steps::codes::Audience")]
pub enum ContactAudience {
    /// Patients and carers.
    Patient,
    /// Hospitals.
    Hospital,
    /// General practices.
    Practice,
    /// Primary care networks.
    PrimaryCareNetwork,
    /// Community services.
    Community,
}

/// What a contact point is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "steps::codes::ContactPurpose")]
pub enum ContactPurpose {
    /// Questions about the next step.
    Questions,
    /// A delay.
    Delay,
    /// A worsening condition while waiting.
    Deterioration,
    /// Anything else.
    General,
    /// Booking and changing appointments.
    Booking,
    /// Test results.
    Results,
    /// After a death, for the family: the certificate and what follows.
    Bereavement,
}

/// A way to reach somebody.
#[derive(SimpleObject)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field that is read by itself")]
pub struct ContactPoint {
    /// Its id.
    id: ID,
    /// Its name.
    name: String,
    /// The organisation that keeps it.
    organisation: String,
    /// The service it is for; null: the whole organisation.
    service: Option<String>,
    /// Whom it is for.
    audience: ContactAudience,
    /// What it is for.
    purpose: ContactPurpose,
    /// How: TELEPHONE, EMAIL and so on.
    channel: String,
    /// The number or address.
    value: String,
    /// When it is answered.
    hours: String,
    /// Interpreters, text relay and other ways in.
    access: Option<String>,
    /// Languages spoken there.
    languages: Vec<String>,
    /// Whether an interpreter can be had.
    interpreter: bool,
    /// Whether text relay works.
    text_relay: bool,
    /// The number to ring or the address to write to, for those who cannot use a digital channel; null
    /// where the channel is not digital, or none is published.
    not_digital: Option<String>,
    /// The area it serves.
    area: Option<String>,
    /// The role that keeps it.
    owner_role: String,
    /// Who covers when that role is away.
    cover: Option<String>,
    /// Where to go when it fails.
    alternative: Option<ID>,
    /// When the line was last checked.
    verified_on: Option<Date>,
    /// When it was last read, answered or tested.
    serviced_on: Option<Date>,
    /// Messages that were unanswered then.
    unanswered: Option<u32>,
    /// Whether nothing says that it does not work.
    working: bool,
    /// Since when it is said not to work.
    failed_since: Option<Date>,
    /// Whether it is simulated.
    simulated: bool,
}

impl Organisation {
    /// An organisation by its code and name.
    pub(super) fn named(code: Option<&OdsCode>, name: &str) -> Self {
        let code = code.map_or_else(|| "not yet known".to_owned(), ToString::to_string);
        Self { code, name: name.to_owned() }
    }
}

impl From<directory::Reach<'_>> for ContactPoint {
    fn from(reach: directory::Reach<'_>) -> Self {
        let point = reach.point;
        let text = |label: Option<&steps::Label>| label.map(ToString::to_string);
        Self {
            id: point.contact_point.to_string().into(),
            name: point.name.to_string(),
            organisation: point.organisation.to_string(),
            service: point.service.as_ref().map(ToString::to_string),
            audience: point.audience.into(),
            purpose: point.contact_purpose.into(),
            channel: channel_name(point.channel),
            value: point.endpoint.to_string(),
            hours: point.hours.to_string(),
            access: ways_in(point),
            languages: point.languages.iter().map(ToString::to_string).collect(),
            interpreter: point.interpreter,
            text_relay: point.text_relay,
            not_digital: point.not_digital.as_ref().map(ToString::to_string),
            area: text(point.area.as_ref()),
            owner_role: role_name(point.owner_role),
            cover: text(point.cover.as_ref()),
            alternative: point.alternative_contact.as_ref().map(|id| id.to_string().into()),
            verified_on: reach.verified_on.map(Date),
            serviced_on: reach.serviced_on.map(Date),
            unanswered: reach.unanswered,
            working: reach.working,
            failed_since: reach.failed.map(|(since, _)| Date(since)),
            simulated: point.simulated == Some(true),
        }
    }
}

/// The ways in to a contact point, in words.
pub(super) fn ways_in(point: &directory::ContactPoint) -> Option<String> {
    let mut ways: Vec<&str> = point.access.iter().map(steps::Label::as_str).collect();
    if point.interpreter {
        ways.push("interpreter");
    }
    if point.text_relay {
        ways.push("text relay");
    }
    (!ways.is_empty()).then(|| ways.join("; "))
}

/// The name of a channel, as JSON has it.
pub(super) fn channel_name(channel: Channel) -> String {
    let name = serde_json::to_value(channel).ok();
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The reads of the directory.
#[derive(Default)]
pub struct DirectoryQuery;

#[Object]
impl DirectoryQuery {
    /// An organisation as it stood; null where none is recorded.
    async fn organisation(
        &self,
        ctx: &Context<'_>,
        code: String,
        on: Option<DateTime<Utc>>,
    ) -> async_graphql::Result<Option<OrganisationEntry>> {
        identity::principal(ctx)?;
        let world = ctx.data::<World>()?;
        let code: OdsCode = code.parse().map_err(|bad| bad_input(format!("`code`: {bad}")))?;
        let on = on.unwrap_or_else(|| world.now());
        let directory = world.directory();
        let found = directory.organisation(&code, on, None).cloned();
        Ok(found.map(|entry| OrganisationEntry::on(entry, on)))
    }

    /// The live contact points of a service, as they stood; for one audience, or all.
    async fn directory(
        &self,
        ctx: &Context<'_>,
        service: String,
        audience: Option<ContactAudience>,
        on: Option<DateTime<Utc>>,
    ) -> async_graphql::Result<Vec<ContactPoint>> {
        identity::principal(ctx)?;
        let world = ctx.data::<World>()?;
        let id: ServiceId =
            service.parse().map_err(|bad| bad_input(format!("`service`: {bad}")))?;
        let on = on.unwrap_or_else(|| world.now());
        services::contact_points(ctx, &id, audience, on).await
    }
}
