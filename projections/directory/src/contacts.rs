//! Which contact point to give out: the nearest that works.

use chrono::{DateTime, NaiveDate, Utc};
use pathway::london;
use steps::{
    ContactPointId, EventId, OdsCode, ServiceId,
    codes::{Audience, ContactPurpose, Role},
    interface_and_safety::ContactFailure,
};

use crate::{ContactPoint, Directory, told::Published};

/// What was said of a contact point.
#[derive(Debug, Clone)]
pub(crate) enum Line {
    /// It was published or changed.
    Published { at: DateTime<Utc>, event: EventId, point: Published },
    /// It was read, answered or tested.
    Serviced {
        at: DateTime<Utc>,
        event: EventId,
        verified_on: Option<NaiveDate>,
        unanswered: Option<u32>,
    },
    /// It does not work.
    Failed { on: NaiveDate, how: ContactFailure },
    /// It is no longer used.
    Retired { replaced_by: Option<ContactPointId> },
}

/// A contact point as it stood on the day asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach<'a> {
    /// The contact point as it was published.
    pub point: &'a ContactPoint,
    /// The step that published it in its present form.
    pub published_by: EventId,
    /// The day it was last verified.
    pub verified_on: Option<NaiveDate>,
    /// The step that says so, where it is not the one that published it.
    pub verified_by: Option<EventId>,
    /// Whether nothing says that it does not work.
    pub working: bool,
    /// Since when it is said not to work, and how.
    pub failed: Option<(NaiveDate, ContactFailure)>,
    /// The day it was last read, answered or tested.
    pub serviced_on: Option<NaiveDate>,
    /// Messages that were unanswered then.
    pub unanswered: Option<u32>,
    /// When it was last read, answered or tested, or else first published at its present address: to
    /// publish it anew with other hours is not to read it.
    pub serviced_at: DateTime<Utc>,
    /// In whose place it is given.
    pub instead_of: Option<Instead<'a>>,
}

/// Why another contact point is given than the one that would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instead<'a> {
    /// That one is said not to work; this is its published alternative.
    Failed(&'a ContactPoint),
    /// That one was retired; this took its place.
    Retired,
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

    /// The contact point that a role keeps, of the service before the organisation's own; one that
    /// works. Its purpose is not asked about.
    pub fn contact_kept_by<'a>(&'a self, role: Role, ask: &ContactAsk<'_>) -> Option<Reach<'a>> {
        let ids = [self.ids_of_service(ask.service), self.ids_of_organisation(ask.organisation)];
        ids.into_iter().find_map(|ids| {
            let kept = ids.iter().filter_map(|id| self.working(Some(id), ask));
            kept.filter(|reach| {
                let point = reach.point;
                point.owner_role == role && point.audience == ask.audience && is_near(point, ask)
            })
            .fold(None, |best, found| better(best, Some(found)))
        })
    }

    /// Every contact point that is published for the service or for its whole organisation, and that
    /// is not retired.
    pub(crate) fn near<'a>(
        &'a self,
        organisation: &'a OdsCode,
        service: Option<&'a ServiceId>,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> impl Iterator<Item = Reach<'a>> {
        let of_service = self.ids_of_service(service).iter();
        let ids = of_service.chain(self.ids_of_organisation(organisation));
        ids.filter_map(move |id| self.contact_point(id, on, known))
            .filter(move |reach| is_of(reach.point, organisation, service))
    }

    /// Every contact point that an organisation keeps and that is not retired, in the order of their
    /// ids; those of its services too.
    pub fn contacts_kept_by(
        &self,
        organisation: &OdsCode,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> Vec<Reach<'_>> {
        let all = self.all_contacts().into_iter();
        let stood = all.filter_map(|id| self.contact_point(id, on, known));
        stood.filter(|reach| reach.point.organisation == *organisation).collect()
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
                    let instead = instead.map(|it| it.instead_of(Instead::Failed(reach.point)));
                    instead.or(Some(reach)).filter(|_| fits(&reach))
                }
                Standing::Published(reach) => Some(reach).filter(fits),
                Standing::Retired { replaced_by } => {
                    let instead = self.working(replaced_by, ask).filter(fits);
                    instead.map(|it| it.instead_of(Instead::Retired))
                }
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
        let mut newer = Newer::default();
        for line in self.contact_lines().latest_first(id, on, known) {
            match line {
                Line::Retired { replaced_by } => {
                    return Standing::Retired { replaced_by: replaced_by.as_ref() };
                }
                Line::Failed { on, how } if newer.serviced_at.is_none() => {
                    newer.failed = newer.failed.or(Some((*on, *how)));
                }
                Line::Failed { .. } => {}
                Line::Serviced { at, event, verified_on, unanswered } => {
                    newer.serviced(*at, *unanswered);
                    newer.verified = newer.verified.max(verified_on.map(|day| (day, *event)));
                }
                Line::Published { at, event, point } => {
                    let mut reach = newer.of(point, *at, *event);
                    if reach.serviced_on.is_none() {
                        self.read_before(&mut reach, on, known);
                    }
                    return Standing::Published(reach);
                }
            }
        }
        Standing::Unknown
    }

    /// Of a point that nobody has serviced since it was published in its present form: when it last
    /// was, or was published, at the same address.
    fn read_before(&self, reach: &mut Reach<'_>, on: DateTime<Utc>, known: Option<DateTime<Utc>>) {
        let present = reach.point;
        let lines = self.contact_lines().latest_first(&present.contact_point, on, known);
        let mut read = None;
        for line in lines {
            match line {
                Line::Published { at, point, .. } if is_same_address(point, present) => {
                    reach.serviced_at = read.unwrap_or(*at);
                }
                Line::Serviced { at, .. } => read = read.or(Some(*at)),
                Line::Failed { .. } => {}
                Line::Published { .. } | Line::Retired { .. } => return,
            }
        }
    }
}

/// What was said of a contact point since it was published.
#[derive(Default)]
struct Newer {
    failed: Option<(NaiveDate, ContactFailure)>,
    serviced_at: Option<DateTime<Utc>>,
    verified: Option<(NaiveDate, EventId)>,
    unanswered: Option<u32>,
}

impl Newer {
    /// The first of these that is met, going back in time, is the last that happened.
    fn serviced(&mut self, at: DateTime<Utc>, unanswered: Option<u32>) {
        if self.serviced_at.is_none() {
            self.serviced_at = Some(at);
            self.unanswered = unanswered;
        }
    }

    fn of(self, point: &ContactPoint, published_at: DateTime<Utc>, event: EventId) -> Reach<'_> {
        let later = self.verified.filter(|(day, _)| Some(*day) > point.verified_on);
        Reach {
            point,
            published_by: event,
            verified_on: later.map(|(day, _)| day).or(point.verified_on),
            verified_by: later.map(|(_, event)| event),
            working: self.failed.is_none(),
            failed: self.failed,
            serviced_on: self.serviced_at.map(london::date_of),
            unanswered: self.unanswered,
            serviced_at: self.serviced_at.unwrap_or(published_at),
            instead_of: None,
        }
    }
}

impl<'a> Reach<'a> {
    const fn instead_of(mut self, other: Instead<'a>) -> Self {
        self.instead_of = Some(other);
        self
    }
}

fn is_same_address(one: &ContactPoint, other: &ContactPoint) -> bool {
    one.channel == other.channel && one.endpoint == other.endpoint
}

/// Whether the point is of the service or of the whole organisation that is asked.
fn is_near(point: &ContactPoint, ask: &ContactAsk<'_>) -> bool {
    is_of(point, ask.organisation, ask.service)
}

fn is_of(point: &ContactPoint, organisation: &OdsCode, asked: Option<&ServiceId>) -> bool {
    match &point.service {
        Some(service) => Some(service) == asked,
        None => point.organisation == *organisation,
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
/// for questions. A line for a worsening condition, and one for the bereaved, is not replaced by one for questions.
const fn stand_ins(purpose: ContactPurpose) -> &'static [ContactPurpose] {
    match purpose {
        ContactPurpose::General => &[ContactPurpose::Questions],
        ContactPurpose::Questions | ContactPurpose::Deterioration | ContactPurpose::Bereavement => {
            &[ContactPurpose::General]
        }
        ContactPurpose::Delay | ContactPurpose::Booking | ContactPurpose::Results => {
            &[ContactPurpose::General, ContactPurpose::Questions]
        }
    }
}
