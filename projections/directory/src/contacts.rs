//! Which contact point to give out: the nearest that works.

use chrono::{DateTime, NaiveDate, Utc};
use steps::{
    ContactPointId, OdsCode, ServiceId,
    codes::{Audience, ContactPurpose},
};

use crate::{ContactPoint, Directory, told::Published};

/// What was said of a contact point.
#[derive(Debug, Clone)]
pub(crate) enum Line {
    /// It was published or changed.
    Published(Published),
    /// It was read, answered or tested.
    Serviced { verified_on: Option<NaiveDate> },
    /// It does not work.
    Failed,
    /// It is no longer used.
    Retired { replaced_by: Option<ContactPointId> },
}

/// A contact point as it stood on the day asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach<'a> {
    /// The contact point as it was published.
    pub point: &'a ContactPoint,
    /// The day it was last verified.
    pub verified_on: Option<NaiveDate>,
    /// Whether nothing says that it does not work.
    pub working: bool,
}

/// Who asks for a contact, and what for.
#[derive(Debug, Clone, Copy)]
pub struct ContactAsk<'a> {
    /// The organisation to reach.
    pub organisation: &'a OdsCode,
    /// The service to reach; its own contact points stand before the organisation's.
    pub service: Option<&'a ServiceId>,
    /// Who asks.
    pub audience: Audience,
    /// What for.
    pub purpose: ContactPurpose,
    /// The moment in the world asked about.
    pub on: DateTime<Utc>,
    /// As it was known at this moment; `None`: as it is known now.
    pub known: Option<DateTime<Utc>>,
}

/// How one contact point stands.
enum Standing<'a> {
    Unknown,
    Published(Reach<'a>),
    Retired { replaced_by: Option<&'a ContactPointId> },
}

impl Directory {
    /// The contact point to give out.
    ///
    /// The service's own stands first, then the organisation's; the purpose asked for, then those
    /// that stand in for it. In each of these places one that works, or the alternative that a failed
    /// or retired one names. Where nothing works, the first that is said to have failed.
    pub fn contact<'a>(&'a self, ask: &ContactAsk<'_>) -> Option<Reach<'a>> {
        let mut failed = None;
        for purpose in std::iter::once(&ask.purpose).chain(stand_ins(ask.purpose)) {
            for ids in
                [self.ids_of_service(ask.service), self.ids_of_organisation(ask.organisation)]
            {
                match self.best(ids, ask, *purpose) {
                    Some(found) if found.working => return Some(found),
                    other => failed = failed.or(other),
                }
            }
        }
        failed
    }

    /// One contact point, unless it is retired or not yet published.
    pub fn contact_point(
        &self,
        id: &ContactPointId,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> Option<Reach<'_>> {
        match self.standing(id, on, known) {
            Standing::Published(reach) => Some(reach),
            Standing::Unknown | Standing::Retired { .. } => None,
        }
    }

    /// Every contact point of a service that is not retired, in the order of their ids.
    pub fn contacts_of(
        &self,
        service: &ServiceId,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> Vec<Reach<'_>> {
        let ids = self.ids_of_service(Some(service)).iter();
        let mut found: Vec<Reach<'_>> = ids
            .filter_map(|id| self.contact_point(id, on, known))
            .filter(|reach| reach.point.service.as_ref() == Some(service))
            .collect();
        found.sort_by(|one, other| one.point.contact_point.cmp(&other.point.contact_point));
        found
    }

    fn best<'a>(
        &'a self,
        ids: &'a [ContactPointId],
        ask: &ContactAsk<'_>,
        purpose: ContactPurpose,
    ) -> Option<Reach<'a>> {
        let fits = |reach: &Reach<'_>| {
            reach.point.audience == ask.audience
                && reach.point.contact_purpose == purpose
                && is_near(reach.point, ask)
        };
        let mut best = None;
        for id in ids {
            let found = match self.standing(id, ask.on, ask.known) {
                Standing::Published(reach) if !reach.working => {
                    let instead = self.working(reach.point.alternative_contact.as_ref(), ask);
                    let instead = instead.filter(|it| it.point.audience == ask.audience);
                    instead.or(Some(reach)).filter(|_| fits(&reach))
                }
                Standing::Published(reach) => Some(reach).filter(fits),
                Standing::Retired { replaced_by } => self.working(replaced_by, ask).filter(fits),
                Standing::Unknown => None,
            };
            best = better(best, found);
        }
        best
    }

    fn working(&self, id: Option<&ContactPointId>, ask: &ContactAsk<'_>) -> Option<Reach<'_>> {
        self.contact_point(id?, ask.on, ask.known).filter(|reach| reach.working)
    }

    fn standing(
        &self,
        id: &ContactPointId,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> Standing<'_> {
        let mut working = None;
        let mut verified_on = None;
        for line in self.contact_lines().latest_first(id, on, known) {
            match line {
                Line::Retired { replaced_by } => {
                    return Standing::Retired { replaced_by: replaced_by.as_ref() };
                }
                Line::Failed => working = working.or(Some(false)),
                Line::Serviced { verified_on: on } => {
                    working = working.or(Some(true));
                    verified_on = verified_on.max(*on);
                }
                Line::Published(point) => {
                    let verified_on = verified_on.max(point.verified_on);
                    let working = working.unwrap_or(true);
                    return Standing::Published(Reach { point, verified_on, working });
                }
            }
        }
        Standing::Unknown
    }
}

/// Whether the point is of the service or of the whole organisation that is asked.
fn is_near(point: &ContactPoint, ask: &ContactAsk<'_>) -> bool {
    match &point.service {
        Some(service) => Some(service) == ask.service,
        None => point.organisation == *ask.organisation,
    }
}

/// One that works, then the one verified last, then the first by id.
fn better<'a>(one: Option<Reach<'a>>, other: Option<Reach<'a>>) -> Option<Reach<'a>> {
    let (Some(kept), Some(new)) = (one, other) else { return one.or(other) };
    let rank = |reach: &Reach<'_>| (reach.working, reach.verified_on);
    let first = kept.point.contact_point <= new.point.contact_point;
    match rank(&kept).cmp(&rank(&new)) {
        std::cmp::Ordering::Greater => Some(kept),
        std::cmp::Ordering::Less => Some(new),
        std::cmp::Ordering::Equal => Some(if first { kept } else { new }),
    }
}

/// The purposes whose line may be given where one has none of its own: the general line, then that
/// for questions. A line for a worsening condition is not replaced by one for questions.
const fn stand_ins(purpose: ContactPurpose) -> &'static [ContactPurpose] {
    match purpose {
        ContactPurpose::General => &[ContactPurpose::Questions],
        ContactPurpose::Questions | ContactPurpose::Deterioration => &[ContactPurpose::General],
        ContactPurpose::Delay | ContactPurpose::Booking | ContactPurpose::Results => {
            &[ContactPurpose::General, ContactPurpose::Questions]
        }
    }
}
