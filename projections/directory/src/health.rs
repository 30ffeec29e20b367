//! Whether a contact point can be relied on: it works, was checked, is serviced, and is not digital only.

use chrono::{DateTime, NaiveDate, Utc};
use pathway::london;
use steps::{
    ContactPointId, OdsCode, ServiceId,
    codes::{Audience, Channel},
};

use crate::{Directory, Reach};

/// How old a check may be on the day asked about. The numbers are settings (`contact-points.toml`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    /// The first day of which a check of a contact point still holds.
    pub verified_since: NaiveDate,
    /// The first day of which the reading of an inbox still holds.
    pub serviced_since: NaiveDate,
}

/// What is wrong with a contact point, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fault {
    /// It is said not to work.
    Failed,
    /// It is an inbox that nobody has read for too long.
    NotServiced,
    /// Nobody ever said that it was verified.
    NeverVerified,
    /// It was verified too long ago.
    Stale,
    /// It is digital, and neither it nor another of its audience gives a way that is not.
    DigitalOnly,
}

/// A contact point with what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineHealth<'a> {
    /// The contact point.
    pub reach: Reach<'a>,
    /// What is wrong with it, the worst first; never empty in a list of faults.
    pub faults: Vec<Fault>,
}

/// For whom a live contact point is looked for.
#[derive(Debug, Clone, Copy)]
pub struct LiveAsk<'a> {
    /// The organisation.
    pub organisation: &'a OdsCode,
    /// The service; its own contact points count, and those of the whole organisation.
    pub service: Option<&'a ServiceId>,
    /// Who wants to reach it: one of these.
    pub audiences: &'a [Audience],
    /// The moment asked about.
    pub on: DateTime<Utc>,
    /// As known at this moment; `None`: as known now.
    pub known: Option<DateTime<Utc>>,
}

/// Whether there is a live contact point for an audience (SEL 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Live<'a> {
    /// This one, and a way that is not digital.
    Yes(&'a ContactPointId),
    /// Those that are live are digital, and none gives another way.
    DigitalOnly,
    /// There are some, and none is live; the least that is wrong with one of them.
    Faulty(Fault),
    /// None is published.
    Missing,
}

impl Reach<'_> {
    /// What is wrong with the point; whether it is digital only is not asked here.
    pub fn faults(&self, freshness: Freshness) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.failed.is_some() {
            faults.push(Fault::Failed);
        }
        let read = london::date_of(self.serviced_at);
        if is_inbox(self.point.channel) && read < freshness.serviced_since {
            faults.push(Fault::NotServiced);
        }
        match self.verified_on {
            None => faults.push(Fault::NeverVerified),
            Some(day) if day < freshness.verified_since => faults.push(Fault::Stale),
            Some(_) => {}
        }
        faults
    }

    /// Whether the point works, was checked in time and, an inbox, is read; the one test of "live".
    pub fn is_live(&self, freshness: Freshness) -> bool {
        self.faults(freshness).is_empty()
    }

    /// Whether what is sent there is read by nobody: it is said not to work, or it is an inbox that
    /// nobody has read for too long. The one test of "un-serviced".
    pub fn is_unserviced(&self, freshness: Freshness) -> bool {
        let unread = |fault: &Fault| matches!(fault, Fault::Failed | Fault::NotServiced);
        self.faults(freshness).iter().any(unread)
    }

    /// Whether the point says how it is reached without a digital channel.
    pub fn has_way_not_digital(&self) -> bool {
        !is_digital(self.point.channel)
            || self.point.not_digital.is_some()
            || self.point.access.is_some()
    }
}

impl Directory {
    /// Whether somebody of that audience can reach the service: a contact point that works and was
    /// checked in time, and a way that is not digital. The obligations of SEL 4.1 ask this.
    pub fn live_contact<'a>(&'a self, ask: LiveAsk<'a>, freshness: Freshness) -> Live<'a> {
        let mut least: Option<Fault> = None;
        let (mut digital, mut found) = (false, None);
        for reach in self.of_audience(ask) {
            match reach.faults(freshness).first() {
                Some(fault) => least = least.max(Some(*fault)),
                None if reach.has_way_not_digital() => {
                    found = found.or(Some(&reach.point.contact_point));
                }
                None => digital = true,
            }
        }
        match (found, digital, least) {
            (Some(id), _, _) => Live::Yes(id),
            (None, true, _) => Live::DigitalOnly,
            (None, false, Some(fault)) => Live::Faulty(fault),
            (None, false, None) => Live::Missing,
        }
    }

    /// The contact points that [`Directory::live_contact`] finds live, digital ones too.
    pub fn live_contacts<'a>(
        &'a self,
        ask: LiveAsk<'a>,
        freshness: Freshness,
    ) -> impl Iterator<Item = Reach<'a>> {
        self.of_audience(ask).filter(move |reach| reach.is_live(freshness))
    }

    /// The contact points with something wrong, the worst first, then by id; of one organisation, or
    /// of all.
    pub fn faulty_contacts(
        &self,
        organisation: Option<&OdsCode>,
        on: DateTime<Utc>,
        freshness: Freshness,
    ) -> Vec<LineHealth<'_>> {
        let ids = self.all_contacts().into_iter();
        let reaches = ids.filter_map(|id| self.contact_point(id, on, None));
        let theirs = reaches
            .filter(|reach| organisation.is_none_or(|asked| reach.point.organisation == *asked));
        let mut faulty: Vec<LineHealth<'_>> = theirs
            .map(|reach| LineHealth { reach, faults: self.faults_of(&reach, on, freshness) })
            .filter(|line| !line.faults.is_empty())
            .collect();
        faulty.sort_by_key(|line| (line.faults.first().copied(), &line.reach.point.contact_point));
        faulty
    }

    /// The contact points that nobody services, the longest neglected first, then by id; of one
    /// organisation, or of all.
    pub fn unserviced_contacts(
        &self,
        organisation: Option<&OdsCode>,
        on: DateTime<Utc>,
        freshness: Freshness,
    ) -> Vec<Reach<'_>> {
        let reaches = self.all_contacts().into_iter();
        let reaches = reaches.filter_map(|id| self.contact_point(id, on, None));
        let theirs =
            |reach: &Reach<'_>| organisation.is_none_or(|asked| reach.point.organisation == *asked);
        let mut found: Vec<Reach<'_>> =
            reaches.filter(|reach| theirs(reach) && reach.is_unserviced(freshness)).collect();
        found.sort_by_key(|reach| (reach.serviced_at, &reach.point.contact_point));
        found
    }

    /// A way to reach the same people that is not digital: this point's own, else another's.
    pub fn way_not_digital<'a>(
        &'a self,
        reach: &Reach<'a>,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> Option<Reach<'a>> {
        if reach.has_way_not_digital() {
            return Some(*reach);
        }
        let point = reach.point;
        let ask = LiveAsk {
            organisation: &point.organisation,
            service: point.service.as_ref(),
            audiences: std::slice::from_ref(&point.audience),
            on,
            known,
        };
        self.of_audience(ask).find(|other| other.working && other.has_way_not_digital())
    }

    fn faults_of(&self, reach: &Reach<'_>, on: DateTime<Utc>, freshness: Freshness) -> Vec<Fault> {
        let mut faults = reach.faults(freshness);
        if self.way_not_digital(reach, on, None).is_none() {
            faults.push(Fault::DigitalOnly);
        }
        faults
    }

    fn of_audience<'a>(&'a self, ask: LiveAsk<'a>) -> impl Iterator<Item = Reach<'a>> {
        let LiveAsk { organisation, service, audiences, on, known } = ask;
        self.near(organisation, service, on, known)
            .filter(move |reach| audiences.contains(&reach.point.audience))
    }
}

/// Whether the channel needs a device and a connection beyond a telephone.
pub const fn is_digital(channel: Channel) -> bool {
    match channel {
        Channel::Letter | Channel::Post | Channel::Telephone | Channel::InPerson => false,
        Channel::Email
        | Channel::TextMessage
        | Channel::NhsApp
        | Channel::Video
        | Channel::ElectronicDocument
        | Channel::AdviceService
        | Channel::ClinicalSystemTask
        | Channel::Portal
        | Channel::EReferralService
        | Channel::NotRecorded => true,
    }
}

/// Whether messages wait there for somebody to read them.
const fn is_inbox(channel: Channel) -> bool {
    match channel {
        Channel::Email
        | Channel::TextMessage
        | Channel::NhsApp
        | Channel::ElectronicDocument
        | Channel::AdviceService
        | Channel::ClinicalSystemTask
        | Channel::Portal
        | Channel::EReferralService => true,
        Channel::Letter
        | Channel::Post
        | Channel::Telephone
        | Channel::InPerson
        | Channel::Video
        | Channel::NotRecorded => false,
    }
}

#[cfg(test)]
mod tests;
