//! What was sent where nobody reads it: to a closed organisation, or to an endpoint that nobody services.

use ::safety_net::{Cursor, Dispatch, DispatchedAsk, Listed, dispatched};
use async_graphql::{Context, Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};
use directory::{Destination, Directory, Reach, Routing};
use pathway::london;
use steps::{
    Endpoint, OdsCode,
    codes::{Audience, Channel},
};

use super::read;
use crate::{
    World, desk,
    schema::{
        history::code_name,
        page::{Page, PageAsk, bad_cursor},
    },
};

/// Why nobody there reads what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum MisdirectedWhy {
    /// The organisation had its last day before.
    ClosedOrganisation,
    /// Nobody has serviced the endpoint since, or it does not work.
    UnservicedEndpoint,
}

/// Something that was sent where nobody reads it.
#[derive(SimpleObject, Clone)]
pub struct Misdirected {
    /// The pathway of the patient.
    pathway_id: ID,
    /// The step that tells that it was sent.
    event_id: ID,
    /// Which step: `ClinicLetterSent`.
    step: String,
    /// When it was sent.
    sent_at: DateTime<Utc>,
    /// Who sent it: who is told.
    sender: Option<String>,
    /// To which organisation.
    to_organisation: String,
    /// Why nobody there reads it.
    why: MisdirectedWhy,
    /// The channel, where the step says it.
    channel: Option<String>,
    /// The contact point that nobody services.
    contact_point: Option<ID>,
    /// The open organisation that took the place of the closed one.
    successor: Option<String>,
    /// A contact point of the same side that can be relied on.
    instead: Option<ID>,
}

/// Somewhere that nobody reads.
struct Place {
    recipient: OdsCode,
    by: Option<(Channel, Endpoint)>,
    /// Whether what names no endpoint counts as sent here.
    unnamed: bool,
    since: DateTime<Utc>,
    contact_point: Option<String>,
    successor: Option<String>,
    instead: Option<String>,
}

/// A page of what went astray.
pub(super) async fn listed(
    ctx: &Context<'_>,
    now: DateTime<Utc>,
    organisation: Option<OdsCode>,
    page: PageAsk,
) -> async_graphql::Result<Page<Misdirected>> {
    let world = ctx.data::<World>()?;
    desk::charge_survey(ctx, 1).await?;
    let places = places(world, organisation.as_ref(), now);
    let after = page.after.as_deref().map(place_of).transpose()?;
    let most = page.first + 1;
    let found = read(world, move |conn| {
        let mut found: Vec<(String, Misdirected)> = Vec::new();
        for place in places.iter().filter(|place| !place.is_told(after.as_ref())) {
            let after = place.after(after.as_ref());
            let first = u32::try_from(most - found.len()).unwrap_or(u32::MAX);
            let ask = place.ask(now, after, first);
            let of_place = dispatched(conn, &ask)?;
            found.extend(of_place.into_iter().map(|one| place.told(one)));
            if found.len() >= most {
                break;
            }
        }
        Ok(found)
    });
    let found = found.await?;
    desk::charge(ctx, found.len()).await?;
    Ok(page
        .of_read(found, |(cursor, _): &(String, Misdirected)| cursor.clone())
        .map(|(_, one)| one))
}

/// Every place that nobody reads, in the order of the list.
fn places(world: &World, organisation: Option<&OdsCode>, now: DateTime<Utc>) -> Vec<Place> {
    let (watched, directory) = (world.watched(), world.directory());
    let freshness = world.freshness(now);
    let closed = watched.closed(now).into_iter();
    let closed = closed.filter(|one| organisation.is_none_or(|asked| asked == one.organisation));
    let mut places: Vec<Place> = closed
        .map(|one| Place {
            since: london::end_of(one.ends_on),
            ..Place::closed(world, &directory, one.organisation, now)
        })
        .collect();
    let unread = directory.unserviced_contacts(organisation, now, freshness);
    let of_staff = unread.iter().filter(|reach| reach.point.audience != Audience::Patient);
    places.extend(of_staff.map(|reach| Place::unserviced(world, &directory, reach, now)));
    places.sort_by_key(Place::key);
    places
}

impl Place {
    fn closed(world: &World, directory: &Directory, code: &OdsCode, now: DateTime<Utc>) -> Self {
        let to = Destination::Organisation(code, None);
        let routing = directory.routing(to, now, world.freshness(now));
        let successor = match routing {
            Routing::Closed { successor, .. } => successor.map(ToString::to_string),
            Routing::Open | Routing::Unserviced { .. } | Routing::NotInUse => None,
        };
        let recipient = code.clone();
        Self {
            recipient,
            by: None,
            unnamed: true,
            since: now,
            contact_point: None,
            successor,
            instead: None,
        }
    }

    fn unserviced(
        world: &World,
        directory: &Directory,
        reach: &Reach<'_>,
        now: DateTime<Utc>,
    ) -> Self {
        let point = reach.point;
        // A step that names no endpoint went astray only where none of the channel is serviced, and then
        // it is told once, of the one that was neglected longest.
        let of_channel = Destination::Organisation(&point.organisation, Some(point.channel));
        let of_channel = directory.routing(of_channel, now, world.freshness(now));
        let unnamed = matches!(of_channel, Routing::Unserviced { reach: first, .. }
            if first.point.contact_point == point.contact_point);
        let to = Destination::ContactPoint(&point.contact_point);
        let instead = match directory.routing(to, now, world.freshness(now)) {
            Routing::Unserviced { instead, .. } => {
                instead.map(|other| other.point.contact_point.to_string())
            }
            Routing::Open | Routing::Closed { .. } | Routing::NotInUse => None,
        };
        Self {
            recipient: point.organisation.clone(),
            by: Some((point.channel, point.endpoint.clone())),
            unnamed,
            since: reach.serviced_at,
            contact_point: Some(point.contact_point.to_string()),
            successor: None,
            instead,
        }
    }

    /// The closed organisations come first, by their codes; then the endpoints, by organisation and id.
    fn key(&self) -> String {
        match &self.contact_point {
            None => format!("0/{}", self.recipient),
            Some(point) => format!("1/{}/{point}", self.recipient),
        }
    }

    /// Whether the list has told of this place already.
    fn is_told(&self, after: Option<&(String, Cursor)>) -> bool {
        after.is_some_and(|(key, _)| self.key() < *key)
    }

    /// From where in this place the list goes on; `None`: from its beginning.
    fn after(&self, after: Option<&(String, Cursor)>) -> Option<Cursor> {
        let (_, cursor) = after.filter(|(key, _)| self.key() == *key)?;
        Some(cursor.clone())
    }

    fn ask(&self, now: DateTime<Utc>, after: Option<Cursor>, first: u32) -> DispatchedAsk {
        let (recipient, by) = (self.recipient.clone(), self.by.clone());
        let (unnamed, since) = (self.unnamed, self.since);
        DispatchedAsk { recipient, by, unnamed, since, now, after, first }
    }

    fn told(&self, one: Listed<Dispatch>) -> (String, Misdirected) {
        let cursor = format!("{}|{}", self.key(), one.cursor);
        let sent = one.node;
        let why = match self.contact_point {
            None => MisdirectedWhy::ClosedOrganisation,
            Some(_) => MisdirectedWhy::UnservicedEndpoint,
        };
        let told = Misdirected {
            pathway_id: one.pathway_id.0.into(),
            event_id: sent.event_id.0.into(),
            step: sent.kind.name().to_owned(),
            sent_at: sent.at,
            sender: sent.sender.as_ref().map(ToString::to_string),
            to_organisation: sent.recipient.to_string(),
            why,
            channel: sent.channel.map(code_name),
            contact_point: self.contact_point.clone().map(ID),
            successor: self.successor.clone(),
            instead: self.instead.clone().map(ID),
        };
        (cursor, told)
    }
}

fn place_of(raw: &str) -> async_graphql::Result<(String, Cursor)> {
    let (key, cursor) = raw.split_once('|').ok_or_else(bad_cursor)?;
    Ok((key.to_owned(), cursor.parse().map_err(|_bad| bad_cursor())?))
}
