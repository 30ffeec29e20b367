//! Whether something may be sent somewhere: asked before sending, and by what this program sends itself.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use directory::{Destination, Reach, Routing};
use steps::{ContactPointId, OdsCode, codes::Channel};

use super::{
    directory::ContactPoint,
    history::role_name,
    scalars::{Date, bad_input},
};
use crate::{World, desk, identity};

/// Why something is not to be sent there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum RoutingRefusal {
    /// The organisation had its last day.
    ClosedOrganisation,
    /// Nobody reads what is sent there, or it does not work.
    UnservicedEndpoint,
    /// No such contact point is published, or it is no longer used.
    EndpointNotInUse,
}

/// Whether something may be sent there.
#[derive(SimpleObject)]
pub struct RoutingCheck {
    /// Whether nothing speaks against it.
    may_be_sent: bool,
    /// Why not; null: it may.
    refusal: Option<RoutingRefusal>,
    /// The same in words, with where to go instead.
    message: Option<String>,
    /// The last day of a closed organisation.
    closed_on: Option<Date>,
    /// The open organisation that took its place; null: none is recorded, or it is not closed.
    successor: Option<String>,
    /// Who is told that nobody services the endpoint.
    escalate_to: Option<EndpointKeeper>,
    /// A contact point of the same side that can be relied on.
    instead: Option<ContactPoint>,
}

/// Who answers for an endpoint.
#[derive(SimpleObject)]
pub struct EndpointKeeper {
    /// The organisation.
    organisation: String,
    /// The role there that keeps it.
    role: String,
    /// Who covers when that role is away.
    cover: Option<String>,
    /// The endpoint.
    contact_point: ContactPoint,
    /// When somebody last read, answered or tested it.
    serviced_at: DateTime<Utc>,
}

impl RoutingRefusal {
    /// Its stable code.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::ClosedOrganisation => "CLOSED_ORGANISATION",
            Self::UnservicedEndpoint => "UNSERVICED_ENDPOINT",
            Self::EndpointNotInUse => "ENDPOINT_NOT_IN_USE",
        }
    }
}

/// Why something is not sent there, and the same in words; `None`: it may be.
pub(super) fn refusal(routing: &Routing<'_>) -> Option<(RoutingRefusal, String)> {
    Some(match routing {
        Routing::Open => return None,
        Routing::Closed { organisation, ends_on, successor } => {
            let next = successor.map_or_else(
                || "no organisation is recorded in its place".to_owned(),
                |next| format!("{next} took its place"),
            );
            let message = format!("{organisation} closed on {ends_on}: {next}");
            (RoutingRefusal::ClosedOrganisation, message)
        }
        Routing::Unserviced { reach, instead } => {
            let words = unserviced(reach, instead.as_ref());
            (RoutingRefusal::UnservicedEndpoint, words)
        }
        Routing::NotInUse => {
            let message = "no such contact point is in use: expected one that is published";
            (RoutingRefusal::EndpointNotInUse, message.to_owned())
        }
    })
}

fn unserviced(reach: &Reach<'_>, instead: Option<&Reach<'_>>) -> String {
    let point = reach.point;
    let role = next_step::role_in_words(point.owner_role);
    let cover = point.cover.as_ref().map_or_else(String::new, |cover| format!(" ({cover} covers)"));
    let instead = instead.map_or_else(
        || "no other contact point of theirs can be relied on".to_owned(),
        |other| format!("{} ({}) is serviced", other.point.contact_point, other.point.endpoint),
    );
    format!(
        "nobody services {} of {}: tell {role} there{cover}; {instead}",
        point.contact_point, point.organisation
    )
}

impl From<Routing<'_>> for RoutingCheck {
    fn from(routing: Routing<'_>) -> Self {
        let (refusal, message) = refusal(&routing).unzip();
        let mut check = Self {
            may_be_sent: refusal.is_none(),
            refusal,
            message,
            closed_on: None,
            successor: None,
            escalate_to: None,
            instead: None,
        };
        match routing {
            Routing::Open | Routing::NotInUse => {}
            Routing::Closed { ends_on, successor, .. } => {
                check.closed_on = Some(Date(ends_on));
                check.successor = successor.map(ToString::to_string);
            }
            Routing::Unserviced { reach, instead } => {
                check.escalate_to = Some(keeper(reach));
                check.instead = instead.map(ContactPoint::from);
            }
        }
        check
    }
}

fn keeper(reach: Reach<'_>) -> EndpointKeeper {
    EndpointKeeper {
        organisation: reach.point.organisation.to_string(),
        role: role_name(reach.point.owner_role),
        cover: reach.point.cover.as_ref().map(ToString::to_string),
        serviced_at: reach.serviced_at,
        contact_point: reach.into(),
    }
}

/// The reads of routing.
#[derive(Default)]
pub struct RoutingQuery;

#[Object]
impl RoutingQuery {
    /// Whether something may be sent to an organisation (by a channel: EMAIL, or whichever), or to a
    /// contact point, as of `on` (left out: now): who sends, asks before sending. Exactly one of
    /// `organisation` and `contactPoint`. For staff and auditors.
    async fn routing_check(
        &self,
        ctx: &Context<'_>,
        organisation: Option<String>,
        channel: Option<String>,
        contact_point: Option<ID>,
        on: Option<DateTime<Utc>>,
    ) -> async_graphql::Result<RoutingCheck> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?;
        world.not_to_come("on", on)?;
        let on = on.unwrap_or_else(|| world.now());
        desk::charge_survey(ctx, 1).await?;
        let directory = world.directory();
        let check = |to| directory.routing(to, on, world.freshness(on)).into();
        match (organisation, contact_point) {
            (Some(code), None) => {
                let code: OdsCode =
                    code.parse().map_err(|bad| bad_input(format!("`organisation`: {bad}")))?;
                let channel = channel.as_deref().map(self::channel).transpose()?;
                Ok(check(Destination::Organisation(&code, channel)))
            }
            (None, Some(id)) => {
                let id: ContactPointId =
                    id.parse().map_err(|bad| bad_input(format!("`contactPoint`: {bad}")))?;
                Ok(check(Destination::ContactPoint(&id)))
            }
            (Some(_), Some(_)) | (None, None) => {
                Err(bad_input("expected exactly one of `organisation` and `contactPoint`"))
            }
        }
    }
}

fn channel(raw: &str) -> async_graphql::Result<Channel> {
    serde_json::from_value(raw.into())
        .map_err(|_unknown| bad_input("`channel`: expected a channel as steps have it, EMAIL"))
}
