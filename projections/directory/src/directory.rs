//! The directory: what every stream of it says, and look-ups by hash.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use pathway::{Told, london};
use steps::{
    ContactPointId, EventId, OdsCode, ServiceId, interface_and_safety::WaitingTimesPublished,
    record_keeping::OrganisationKind,
};
use uuid::Uuid;

use crate::{
    Organisation, Service,
    contacts::Line,
    search::national,
    shelf::Shelf,
    told::{self, Said},
};

/// Successions that are followed; two organisations that name each other end there.
const SUCCESSIONS_MAX: usize = 8;

/// Parents that are climbed; two organisations that name each other end there.
const PARENTS_MAX: usize = 8;

/// Organisations, services and contact points as of any date.
#[derive(Debug, Default)]
pub struct Directory {
    organisations: Shelf<OdsCode, Box<Organisation>>,
    services: Shelf<ServiceId, Box<Service>>,
    contacts: Shelf<ContactPointId, Line>,
    waits: Shelf<ServiceId, Box<WaitingTimesPublished>>,
    /// Every contact point that ever named the service. A point that moved away stays listed: what it
    /// says on the day decides.
    of_service: HashMap<ServiceId, Vec<ContactPointId>>,
    of_organisation: HashMap<OdsCode, Vec<ContactPointId>>,
    /// Every service that an organisation ever ran, by treatment function, in the order of their ids.
    of_function: HashMap<OdsCode, HashMap<String, BTreeSet<ServiceId>>>,
    children: HashMap<OdsCode, BTreeSet<OdsCode>>,
}

impl Directory {
    /// Puts what `told` says in the place of all that the stream said before.
    pub fn apply(&mut self, stream: Uuid, told: &[Told]) {
        let said = told::said(stream, told);
        self.index(&said);
        self.organisations.replace(stream, said.organisations);
        self.services.replace(stream, said.services);
        self.contacts.replace(stream, said.contacts);
        self.waits.replace(stream, said.waits);
    }

    /// The organisation as it stood.
    pub fn organisation(
        &self,
        code: &OdsCode,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> Option<&Organisation> {
        self.organisations.latest_first(code, on, known).next().map(Box::as_ref)
    }

    /// The organisation that has the work of `code` on that day: itself, or what took its place after its
    /// last day, and so on.
    pub fn successor<'a>(
        &'a self,
        code: &'a OdsCode,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> &'a OdsCode {
        let day = london::date_of(on);
        let mut at = code;
        for _ in 0..SUCCESSIONS_MAX {
            let closed = self.organisation(at, on, known);
            let closed = closed.filter(|it| it.ends_on.is_some_and(|last| last < day));
            match closed.and_then(|it| it.replaced_by_organisation.as_ref()) {
                Some(next) => at = next,
                None => return at,
            }
        }
        at
    }

    /// The organisations that belonged to `parent`, in the order of their codes.
    pub fn children_of(
        &self,
        parent: &OdsCode,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> Vec<&Organisation> {
        let ever = self.children.get(parent).into_iter().flatten();
        ever.filter_map(|code| self.organisation(code, on, known))
            .filter(|organisation| organisation.parent.as_ref() == Some(parent))
            .collect()
    }

    /// Every organisation that belonged to another, with that one.
    pub fn parents(
        &self,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> impl Iterator<Item = (&OdsCode, &OdsCode)> {
        let ever: BTreeSet<&OdsCode> = self.children.values().flatten().collect();
        ever.into_iter().filter_map(move |code| {
            let organisation = self.organisation(code, on, known)?;
            Some((&organisation.organisation, organisation.parent.as_ref()?))
        })
    }

    /// The service as it stood.
    pub fn service(
        &self,
        id: &ServiceId,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> Option<&Service> {
        self.services.latest_first(id, on, known).next().map(Box::as_ref)
    }

    /// Every contact point that was ever spoken of, in the order of their ids.
    pub(crate) fn all_contacts(&self) -> Vec<&ContactPointId> {
        let mut ids: Vec<&ContactPointId> = self.contacts.keys().collect();
        ids.sort_unstable();
        ids
    }

    /// Every organisation that was ever recorded, in the order of their codes.
    pub(crate) fn all_organisations(&self) -> Vec<&OdsCode> {
        let mut codes: Vec<&OdsCode> = self.organisations.keys().collect();
        codes.sort_unstable();
        codes
    }

    /// Every service that was ever entered, in the order of their ids.
    pub(crate) fn all_services(&self) -> Vec<&ServiceId> {
        let mut ids: Vec<&ServiceId> = self.services.keys().collect();
        ids.sort_unstable();
        ids
    }

    /// The day on which the entry of the service was last written.
    pub fn entered_on(
        &self,
        id: &ServiceId,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> Option<NaiveDate> {
        self.entered_by(id, on, known).map(|(day, _)| day)
    }

    /// The same day, and the step that wrote the entry.
    pub fn entered_by(
        &self,
        id: &ServiceId,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> Option<(NaiveDate, EventId)> {
        let (from, event) = self.services.latest_from(id, on, known)?;
        Some((london::date_of(from), event))
    }

    /// The day on which waiting times of the service were last published, and the step that says so.
    pub fn waits_published(
        &self,
        id: &ServiceId,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> Option<(NaiveDate, EventId)> {
        let (from, event) = self.waits.latest_from(id, on, known)?;
        Some((london::date_of(from), event))
    }

    /// The organisation that runs the service: as its entry says, else its contact points, else what
    /// was published of its waits; `None` where nothing is said of it.
    pub fn runs(
        &self,
        id: &ServiceId,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> Option<&OdsCode> {
        let entered = self.service(id, on, known).map(|entry| &entry.organisation);
        let reached = || {
            let first = self.contacts_of(id, on, known).into_iter().next();
            first.map(|reach| &reach.point.organisation)
        };
        let published = || {
            let latest = self.waits.latest_first(id, on, known).next();
            latest.map(|waits| &waits.organisation)
        };
        entered.or_else(reached).or_else(published)
    }

    /// The integrated care board that an organisation belongs to, by way of those between.
    pub fn board_of<'a>(
        &'a self,
        code: &'a OdsCode,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> Option<&'a OdsCode> {
        let mut at = code;
        for _ in 0..PARENTS_MAX {
            let found = self.organisation(at, on, known)?;
            if found.organisation_kind == OrganisationKind::IntegratedCareBoard {
                return Some(&found.organisation);
            }
            at = found.parent.as_ref()?;
        }
        None
    }

    pub(crate) fn contact_lines(&self) -> &Shelf<ContactPointId, Line> {
        &self.contacts
    }

    pub(crate) fn ids_of_service(&self, service: Option<&ServiceId>) -> &[ContactPointId] {
        let ids = service.and_then(|service| self.of_service.get(service));
        ids.map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn ids_of_organisation(&self, organisation: &OdsCode) -> &[ContactPointId] {
        self.of_organisation.get(organisation).map(Vec::as_slice).unwrap_or_default()
    }

    /// Every service that the organisation ever ran for a function, as [`national`] has it.
    pub(crate) fn ids_of_function(
        &self,
        organisation: &OdsCode,
        function: &str,
    ) -> impl Iterator<Item = &ServiceId> {
        let ids = self.of_function.get(organisation).and_then(|ran| ran.get(function));
        ids.into_iter().flatten()
    }

    fn index(&mut self, said: &Said) {
        for (id, fact) in &said.services {
            let Some(function) = &fact.what.function else { continue };
            let ran = self.of_function.entry(fact.what.organisation.clone()).or_default();
            ran.entry(national(function).to_owned()).or_default().insert(id.clone());
        }
        for (_, fact) in &said.organisations {
            if let Some(parent) = &fact.what.parent {
                let children = self.children.entry(parent.clone()).or_default();
                children.insert(fact.what.organisation.clone());
            }
        }
        for (id, fact) in &said.contacts {
            let Line::Published { point, .. } = &fact.what else { continue };
            let ids = match &point.service {
                Some(service) => self.of_service.entry(service.clone()).or_default(),
                None => self.of_organisation.entry(point.organisation.clone()).or_default(),
            };
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests;
