//! Where a letter goes: an organisation that is open and reads what it is sent, or nowhere.

use directory::{Destination, Routing};
use letters::{Audience, Basis};

use super::{Refusal, asked::Wanted};
use crate::{World, schema::routing};

/// Refuses a letter to an organisation that the pathway does not name, that has closed, or whose
/// endpoints for the channel nobody services.
pub(super) fn refuse_where_nobody_reads(
    world: &World,
    wanted: &Wanted<'_>,
    basis: &Basis,
) -> Result<(), Refusal> {
    let named = match wanted.template.audience {
        Audience::Patient => None,
        Audience::Practice => basis.practice.as_ref(),
        Audience::Provider => basis.provider.as_ref(),
    };
    let said = wanted.to_organisation.as_ref();
    let Some(named) = named else {
        let goes_nowhere = |_: &_| Refusal::new("UNKNOWN_RECIPIENT", "toOrganisation", NO_CODE);
        return said.map_or(Ok(()), |said| Err(goes_nowhere(said)));
    };
    let directory = world.directory();
    let present = directory.successor(named, wanted.now, None);
    let recipient = said.unwrap_or(named);
    if recipient != named && recipient != present {
        let message = format!("the pathway names {named}: expected it or what took its place");
        return Err(Refusal::new("UNKNOWN_RECIPIENT", "toOrganisation", message));
    }
    let to = Destination::Organisation(recipient, Some(wanted.channel));
    let routed = directory.routing(to, wanted.now, world.freshness(wanted.now));
    let field = match routed {
        Routing::Closed { .. } => "toOrganisation",
        Routing::Open | Routing::Unserviced { .. } | Routing::NotInUse => "channel",
    };
    routing::refusal(&routed)
        .map_or(Ok(()), |(why, message)| Err(Refusal::new(why.code(), field, message)))
}

const NO_CODE: &str =
    "this letter goes to the patient, or to one without a code: expected no `toOrganisation`";
