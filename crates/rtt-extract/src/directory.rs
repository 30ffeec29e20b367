//! The directory that belongs to an extract: organisations, services, and simulated contact points.
//!
//! Numbers are from the range that Ofcom keeps for drama (020 7946 0000 to 0999): nobody answers.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use steps::{
    CommandId, ContactPointId, FunctionCode, Label, OccurredAt, OdsCode, ServiceId, Step,
    advice_and_referral::RttScope,
    codes::{Audience, Channel, ContactPurpose, Role},
    interface_and_safety::{ContactPointPublished, ContactPointServiced, DirectoryEntryUpdated},
    record_keeping::{OrganisationKind, OrganisationRecorded},
};
use uuid::Uuid;

use crate::{
    extract::{Extract, OrganisationEntry, Part, Parts},
    lay_down::NAMESPACE,
};

/// How many simulated practices refer.
pub(crate) const PRACTICES: u32 = 200;

/// How long before the census the directory was published: longer than almost everyone has waited.
const PUBLISHED_DAYS_BEFORE: u64 = 1_000;

/// Every contact point was verified this many days before the census, or fewer.
const VERIFIED_DAYS_BEFORE_MAX: u32 = 60;

/// How many numbers the drama range has.
const DRAMA_NUMBERS: u32 = 1_000;

/// The steps of one stream of the directory, ready to be recorded as one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaidService {
    /// The stream, the same whenever the file is read.
    pub stream_id: Uuid,
    /// The id of the command that records it.
    pub command_id: CommandId,
    /// What was recorded and when.
    pub steps: Vec<(OccurredAt, Step)>,
}

/// The organisations, services and contact points that the pathways laid down from these parts speak of.
pub fn directory(extract: &Extract, parts: Parts) -> Vec<LaidService> {
    let published = extract.census.checked_sub_days(Days::new(PUBLISHED_DAYS_BEFORE));
    let at = OccurredAt::Day(published.unwrap_or(extract.census));
    let organisations = extract.organisations.iter().map(|(code, entry)| {
        laid(&format!("organisation/{code}"), vec![(at, recorded(code, entry))])
    });
    let practices = (0..PRACTICES).filter_map(|number| practice(number, at));
    let services =
        services(extract, parts).into_iter().filter_map(|((provider, function), name)| {
            let steps = service_steps(extract, (provider, function), name, at)?;
            Some(laid(&format!("service/{provider}/{function}"), steps))
        });
    organisations.chain(practices).chain(services).collect()
}

/// The id of the service of a provider in a function: `RJ1.C_100`.
pub fn service_id(provider: &OdsCode, function: &FunctionCode) -> Option<ServiceId> {
    format!("{provider}.{function}").parse().ok()
}

/// The code of a simulated practice, `SIM007`.
pub(crate) fn practice_code(number: u32) -> Option<OdsCode> {
    format!("SIM{:03}", number % PRACTICES).parse().ok()
}

/// The three things that a patient rings about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    Questions,
    Delay,
    Deterioration,
}

impl Line {
    const ALL: [Self; 3] = [Self::Questions, Self::Delay, Self::Deterioration];

    /// The id of the service's contact point for it.
    pub(crate) fn id(self, service: &ServiceId) -> Option<ContactPointId> {
        format!("{service}.{}", self.word()).parse().ok()
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Questions => "questions",
            Self::Delay => "delay",
            Self::Deterioration => "deterioration",
        }
    }

    const fn purpose(self) -> ContactPurpose {
        match self {
            Self::Questions => ContactPurpose::Questions,
            Self::Delay => ContactPurpose::Delay,
            Self::Deterioration => ContactPurpose::Deterioration,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Questions => "referral enquiries",
            Self::Delay => "waiting list office",
            Self::Deterioration => "nurse advice line",
        }
    }

    const fn hours(self) -> &'static str {
        match self {
            Self::Questions => "Monday to Friday 8am to 6pm",
            Self::Delay => "Monday to Friday 9am to 5pm",
            Self::Deterioration => "every day 8am to 8pm; at other times ring 111",
        }
    }

    const fn owner(self) -> Role {
        match self {
            Self::Questions => Role::PathwayCoordinator,
            Self::Delay => Role::BookingTeam,
            Self::Deterioration => Role::Nurse,
        }
    }
}

fn services(
    extract: &Extract,
    parts: Parts,
) -> BTreeMap<(&OdsCode, &FunctionCode), Option<&Label>> {
    let is_laid =
        |part: Part| part == Part::Incomplete || (parts == Parts::All && part.is_completed());
    let rows = extract.rows.iter().filter(|row| is_laid(row.part) && !row.is_total());
    rows.map(|row| ((&row.provider, &row.function), row.function_name.as_ref())).collect()
}

fn service_steps(
    extract: &Extract,
    (provider, function): (&OdsCode, &FunctionCode),
    name: Option<&Label>,
    at: OccurredAt,
) -> Option<Vec<(OccurredAt, Step)>> {
    let service = service_id(provider, function)?;
    let organisation = extract.organisations.get(provider)?;
    let name = name.map_or(function.as_str(), Label::as_str);
    let entry = DirectoryEntryUpdated {
        service: service.clone(),
        organisation: provider.clone(),
        site: None,
        name: label(&format!("{name}, {}", organisation.name))?,
        function: Some(function.clone()),
        rtt_scope: RttScope::InScope,
        spoa_from: None,
        required_assessments: Vec::new(),
        referral_criteria: Vec::new(),
        guideline_links: Vec::new(),
        area: None,
        owner_role: None,
        self_referral: None,
        restricted: None,
        simulated: Some(true),
    };
    let mut steps = vec![(at, entry.into())];
    for line in Line::ALL {
        steps.push((at, contact(line, provider, &service, name)?));
    }
    for line in Line::ALL {
        steps.push(verified(line.id(&service)?, extract.census));
    }
    Some(steps)
}

fn contact(line: Line, provider: &OdsCode, service: &ServiceId, name: &str) -> Option<Step> {
    let id = line.id(service)?;
    let number = digest(&id) % DRAMA_NUMBERS;
    let step = ContactPointPublished {
        contact_point: id,
        organisation: provider.clone(),
        service: Some(service.clone()),
        audience: Audience::Patient,
        contact_purpose: line.purpose(),
        name: label(&format!("{name}: {} (simulated)", line.name()))?,
        channel: Channel::Telephone,
        endpoint: format!("020 7946 {number:04}").parse().ok()?,
        hours: label(line.hours())?,
        access: label("text relay: dial 18001 first; interpreters on request"),
        not_digital: None,
        languages: Vec::new(),
        interpreter: true,
        text_relay: true,
        area: None,
        owner_role: line.owner(),
        cover: None,
        alternative_contact: None,
        verified_on: None,
        simulated: Some(true),
    };
    Some(step.into())
}

/// Somebody rang the line and it answered, in the weeks before the census.
fn verified(contact_point: ContactPointId, census: NaiveDate) -> (OccurredAt, Step) {
    let days_before = digest(&contact_point) % VERIFIED_DAYS_BEFORE_MAX;
    let on = census.checked_sub_days(Days::new(days_before.into())).unwrap_or(census);
    let step = ContactPointServiced {
        contact_point,
        by_role: Some(Role::ServiceManager),
        verified_on: Some(on),
        unanswered: Some(0),
    };
    (OccurredAt::Day(on), step.into())
}

/// A number that is always the same for the same contact point.
fn digest(id: &ContactPointId) -> u32 {
    Uuid::new_v5(&NAMESPACE, id.as_str().as_bytes()).as_fields().0
}

fn practice(number: u32, at: OccurredAt) -> Option<LaidService> {
    let code = practice_code(number)?;
    let step = OrganisationRecorded {
        name: label(&format!("Simulated practice {}", number + 1))?,
        organisation: code.clone(),
        organisation_kind: OrganisationKind::Practice,
        parent: None,
        ends_on: None,
        replaced_by_organisation: None,
        simulated: Some(true),
    };
    Some(laid(&format!("organisation/{code}"), vec![(at, step.into())]))
}

fn recorded(code: &OdsCode, entry: &OrganisationEntry) -> Step {
    let organisation_kind = match (entry.provides, entry.commissions) {
        (true, _) => OrganisationKind::Provider,
        (false, true) => OrganisationKind::Commissioner,
        (false, false) => OrganisationKind::IntegratedCareBoard,
    };
    let step = OrganisationRecorded {
        organisation: code.clone(),
        name: entry.name.clone(),
        organisation_kind,
        parent: entry.parent.clone(),
        ends_on: None,
        replaced_by_organisation: None,
        simulated: Some(false),
    };
    step.into()
}

fn laid(name: &str, steps: Vec<(OccurredAt, Step)>) -> LaidService {
    let stream_id = Uuid::new_v5(&NAMESPACE, name.as_bytes());
    LaidService { stream_id, command_id: CommandId(Uuid::new_v5(&stream_id, b"laid down")), steps }
}

/// A label, cut to the length that a label may have.
fn label(raw: &str) -> Option<Label> {
    raw.chars().take(200).collect::<String>().parse().ok()
}
