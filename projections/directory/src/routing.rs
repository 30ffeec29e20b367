//! Whether something may be sent to an organisation or a contact point, and who has to be told where not.
//!
//! What others report as sent is never judged here: it happened. This is for who sends, before sending.

use chrono::{DateTime, NaiveDate, Utc};
use pathway::london;
use steps::{
    ContactPointId, OdsCode,
    codes::{Audience, Channel},
};

use crate::{Directory, Freshness, Reach};

/// Where something is to be sent.
#[derive(Debug, Clone, Copy)]
pub enum Destination<'a> {
    /// To an organisation, by a channel or whichever.
    Organisation(&'a OdsCode, Option<Channel>),
    /// To a contact point.
    ContactPoint(&'a ContactPointId),
}

/// Whether it may be sent there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Routing<'a> {
    /// Nothing speaks against it.
    Open,
    /// The organisation had its last day.
    Closed {
        /// The organisation.
        organisation: &'a OdsCode,
        /// Its last day.
        ends_on: NaiveDate,
        /// The open one that has its work now; `None`: none is recorded.
        successor: Option<&'a OdsCode>,
    },
    /// Nobody reads what is sent there.
    Unserviced {
        /// The contact point, with who keeps it and who covers.
        reach: Reach<'a>,
        /// A contact point of the same side that can be relied on.
        instead: Option<Reach<'a>>,
    },
    /// No such contact point is published, or it is no longer used.
    NotInUse,
}

impl Directory {
    /// Whether something may be sent there at a moment.
    ///
    /// An organisation is refused for its contact points only where it publishes some for the channel
    /// and nobody services any of them: where none is published, nothing is known against it.
    pub fn routing<'a>(
        &'a self,
        to: Destination<'a>,
        on: DateTime<Utc>,
        freshness: Freshness,
    ) -> Routing<'a> {
        match to {
            Destination::Organisation(code, channel) => {
                let unserviced = || self.unserviced_channel(code, channel?, on, freshness);
                self.closed(code, on).or_else(unserviced).unwrap_or(Routing::Open)
            }
            Destination::ContactPoint(id) => {
                let Some(reach) = self.contact_point(id, on, None) else {
                    return Routing::NotInUse;
                };
                let closed = self.closed(&reach.point.organisation, on);
                let unserviced = || {
                    let unserviced = reach.is_unserviced(freshness);
                    unserviced.then(|| self.unserviced(reach, on, freshness))
                };
                closed.or_else(unserviced).unwrap_or(Routing::Open)
            }
        }
    }

    /// The closed organisations whose work an organisation has on a day, in the order of their codes.
    pub fn predecessors(&self, code: &OdsCode, on: DateTime<Utc>) -> Vec<&OdsCode> {
        let closed = self.all_organisations().into_iter();
        closed.filter(|one| *one != code && self.successor(one, on, None) == code).collect()
    }

    fn closed<'a>(&'a self, code: &'a OdsCode, on: DateTime<Utc>) -> Option<Routing<'a>> {
        let ends_on = self.last_day(code, on)?;
        let successor = self.successor(code, on, None);
        let is_open = successor != code && self.last_day(successor, on).is_none();
        let successor = Some(successor).filter(|_| is_open);
        Some(Routing::Closed { organisation: code, ends_on, successor })
    }

    /// The last day of an organisation that has passed.
    fn last_day(&self, code: &OdsCode, on: DateTime<Utc>) -> Option<NaiveDate> {
        let ends_on = self.organisation(code, on, None)?.ends_on?;
        Some(ends_on).filter(|last| *last < london::date_of(on))
    }

    fn unserviced_channel<'a>(
        &'a self,
        code: &OdsCode,
        channel: Channel,
        on: DateTime<Utc>,
        freshness: Freshness,
    ) -> Option<Routing<'a>> {
        let kept = self.contacts_kept_by(code, on, None).into_iter();
        let of_channel: Vec<Reach<'a>> = kept
            .filter(|reach| {
                reach.point.channel == channel && reach.point.audience != Audience::Patient
            })
            .collect();
        let first = of_channel.iter().min_by_key(|reach| reach.serviced_at)?;
        let all_unserviced = of_channel.iter().all(|reach| reach.is_unserviced(freshness));
        all_unserviced.then(|| self.unserviced(*first, on, freshness))
    }

    /// What its keepers name in its place, else another of theirs for the same side.
    fn unserviced<'a>(
        &'a self,
        reach: Reach<'a>,
        on: DateTime<Utc>,
        freshness: Freshness,
    ) -> Routing<'a> {
        let serviced = |other: &Reach<'_>| !other.is_unserviced(freshness);
        let named = reach.point.alternative_contact.as_ref();
        let named = named.and_then(|id| self.contact_point(id, on, None)).filter(serviced);
        let instead = named.or_else(|| {
            let kept = self.contacts_kept_by(&reach.point.organisation, on, None).into_iter();
            let same_side = |other: &Reach<'_>| other.point.audience == reach.point.audience;
            kept.filter(|other| serviced(other) && same_side(other))
                .max_by_key(|other| other.serviced_at)
        });
        Routing::Unserviced { reach, instead }
    }
}

#[cfg(test)]
mod tests;
