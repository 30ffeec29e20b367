//! The directory: organisations, and the contact points of a service, as of any date.

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use steps::{OdsCode, ServiceId};

use super::scalars::{Date, bad_input};
use crate::{World, desk, identity};

/// An organisation.
#[derive(SimpleObject)]
pub struct Organisation {
    /// Its ODS code.
    pub(super) code: String,
    /// Its name; its code where no name is recorded.
    pub(super) name: String,
}

/// A way to reach somebody.
#[derive(SimpleObject)]
pub struct ContactPoint {
    /// Its id.
    id: ID,
    /// Its name.
    name: String,
    /// How: TELEPHONE, EMAIL and so on.
    channel: String,
    /// The number or address.
    value: String,
    /// When it is answered.
    hours: String,
    /// Interpreters, text relay and other ways in.
    access: Option<String>,
    /// When the line was last checked.
    verified_on: Option<Date>,
    /// Whether nothing says that it does not work.
    working: bool,
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
        Self {
            id: point.contact_point.to_string().into(),
            name: point.name.to_string(),
            channel: channel_name(point.channel),
            value: point.endpoint.to_string(),
            hours: point.hours.to_string(),
            access: ways_in(point),
            verified_on: reach.verified_on.map(Date),
            working: reach.working,
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
pub(super) fn channel_name(channel: steps::codes::Channel) -> String {
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
    ) -> async_graphql::Result<Option<Organisation>> {
        identity::principal(ctx)?;
        let world = ctx.data::<World>()?;
        let code: OdsCode = code.parse().map_err(|bad| bad_input(format!("`code`: {bad}")))?;
        let on = on.unwrap_or_else(|| world.now());
        let directory = world.directory();
        let found = directory.organisation(&code, on, None);
        Ok(found.map(|found| Organisation::named(Some(&code), found.name.as_str())))
    }

    /// The live contact points of a service, as they stood.
    async fn directory(
        &self,
        ctx: &Context<'_>,
        service: String,
        on: Option<DateTime<Utc>>,
    ) -> async_graphql::Result<Vec<ContactPoint>> {
        identity::principal(ctx)?;
        let world = ctx.data::<World>()?;
        let id: ServiceId =
            service.parse().map_err(|bad| bad_input(format!("`service`: {bad}")))?;
        let on = on.unwrap_or_else(|| world.now());
        let contacts: Vec<ContactPoint> = {
            let directory = world.directory();
            let contacts = directory.contacts_of(&id, on, None);
            contacts.into_iter().map(ContactPoint::from).collect()
        };
        desk::charge(ctx, contacts.len()).await?;
        Ok(contacts)
    }
}
