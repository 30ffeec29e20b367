//! The states, the owner, the order of threads, and the rows.

mod advice;
mod contacts;
mod contacts_of_the_owner;
mod later_states;
mod laws;
mod lists;
mod missed;
mod order;
mod rows;
mod shortest;
mod states;
mod work;

use chrono::{DateTime, Utc};
use directory::Freshness;
use pathway::london;
use policy::{ContactPoints, Packs};

use crate::Asking;

/// Who asks at a moment, under the shipped settings.
fn asking(on: DateTime<Utc>) -> Asking {
    let packs = Packs::shipped();
    let since = ContactPoints::shipped().fresh_since(london::date_of(on), packs.calendar());
    let freshness = Freshness { verified_since: since.verified, serviced_since: since.serviced };
    Asking { on, known: None, freshness }
}
