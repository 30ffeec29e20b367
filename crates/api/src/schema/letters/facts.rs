//! The facts of a letter: of the history, joined with the next step, the figures and the directory.

use chrono::{DateTime, Utc};
use directory::{ContactAsk, Directory, Freshness, Reach};
use letters::{Audience, Basis, Facts, Side, day_in_words};
use next_step::{Asking, ContactLine, NextStep, who_to_contact};
use pathway::london;
use steps::{
    ContactPointId, OdsCode,
    codes::{Audience as Asker, Channel, ContactPurpose},
};

use super::{Refusal, asked::Wanted};
use crate::{
    World,
    desk::Asked,
    schema::{directory::ways_in, who_to_contact::figures_of},
};

/// The facts of a letter, and whom the patient is told to contact.
pub(super) struct Joined {
    pub(super) facts: Facts,
    pub(super) contacts: [Option<ContactPointId>; 3],
    pub(super) recipient: Option<OdsCode>,
}

/// Whether the caller is of the side that sends the letter: the practice or the provider itself, or
/// one that the directory says belongs to it or it belongs to.
pub(super) fn of_the_right_side(
    asked: Asked<'_>,
    wanted: &Wanted<'_>,
    basis: &Basis,
) -> Result<(), Refusal> {
    let (side, fact) = match wanted.template.sender {
        Side::Practice => (&basis.practice, "practice"),
        Side::Provider => (&basis.provider, "provider"),
    };
    let Some(side) = side else {
        let message = format!(
            "no {fact} is recorded that could send it: expected a referral or a step that names one"
        );
        return Err(Refusal::new("MISSING_FACT", "sender.organisation", message));
    };
    let own = &asked.principal.organisation;
    let directory = asked.world.directory();
    let belongs = |one: &OdsCode, to: &OdsCode| {
        let found = directory.organisation(one, wanted.now, None);
        found.is_some_and(|found| found.parent.as_ref() == Some(to))
    };
    // Who took over a closed organisation writes for it.
    let present = directory.successor(side, wanted.now, None);
    if own == side || own == present || belongs(own, side) || belongs(side, own) {
        return Ok(());
    }
    let message =
        format!("this letter is for the {fact} of the pathway to send: expected its staff");
    Err(Refusal::new("NOT_ALLOWED", "template", message))
}

/// All that is known for the letter. What is not known is not there.
pub(super) fn joined(
    asked: Asked<'_>,
    wanted: &Wanted<'_>,
    basis: &Basis,
    step: &NextStep,
) -> Joined {
    let world = asked.world;
    let directory = world.directory();
    let freshness = world.freshness(wanted.now);
    let at = At { directory: &directory, on: wanted.now, freshness };
    let mut facts = basis.facts.clone();
    let template = wanted.template;
    facts.set("letter.date", &day_in_words(london::date(wanted.occurred_at)));
    facts.set("letter.reference", wanted.letter_id.as_str());
    facts.set("signer.name", wanted.signer.0.as_str());
    facts.set("signer.role", wanted.signer.1.as_str());
    facts.set_some("words", wanted.words.as_ref());
    facts.set_some("sender.organisation", at.name(Some(&asked.principal.organisation)));
    facts.set_some("practice.name", at.name(basis.practice.as_ref()));
    facts.set_some("provider.name", at.name(basis.provider.as_ref()));
    let service = basis.service.as_ref().and_then(|id| directory.service(id, wanted.now, None));
    facts.set_some("service.name", service.map(|service| service.name.as_str()));
    let recipient = match template.audience {
        Audience::Patient => None,
        Audience::Practice => basis.practice.clone(),
        Audience::Provider => basis.provider.clone(),
    };
    let recipient = recipient.map(|named| wanted.to_organisation.clone().unwrap_or(named));
    let named = at.name(recipient.as_ref()).map(str::to_owned);
    let private = basis.private_provider.as_ref().map(ToString::to_string);
    let patient = facts.get("patient.name").map(str::to_owned);
    let to = if template.audience == Audience::Patient { patient } else { private.or(named) };
    facts.set_some("recipient.organisation", to);
    facts.set_some("sender.contact", at.own_line(asked, template, basis));
    facts.set_some("wait.typical", typical(world, step, wanted.now));
    let contacts = at.whom_to_contact(&mut facts, step);
    Joined { facts, contacts, recipient }
}

/// The directory as it stands.
struct At<'a> {
    directory: &'a Directory,
    on: DateTime<Utc>,
    freshness: Freshness,
}

impl At<'_> {
    const fn asking(&self) -> Asking {
        Asking { on: self.on, known: None, freshness: self.freshness }
    }

    fn name(&self, code: Option<&OdsCode>) -> Option<&str> {
        let found = self.directory.organisation(code?, self.on, None);
        found.map(|found| found.name.as_str())
    }

    /// The line on which the other side reaches the sender.
    fn own_line(
        &self,
        asked: Asked<'_>,
        template: &letters::Template,
        basis: &Basis,
    ) -> Option<String> {
        let audience = match template.audience {
            Audience::Patient => return None,
            Audience::Practice => Asker::Practice,
            Audience::Provider => Asker::Hospital,
        };
        let service = basis.service.as_ref().filter(|_| template.sender == Side::Provider);
        let (purpose, on, known) = (ContactPurpose::Questions, self.on, None);
        let organisation = &asked.principal.organisation;
        let ask = ContactAsk { organisation, service, audience, purpose, on, known };
        self.directory.contact(&ask).filter(|reach| reach.working).as_ref().map(in_words)
    }

    /// The lines of the next step's answer. Advice in the place of a line is no line, and paper has
    /// no room for the note that a line is another organisation's: that is no line either.
    fn whom_to_contact(&self, facts: &mut Facts, step: &NextStep) -> [Option<ContactPointId>; 3] {
        let answer = who_to_contact(step, self.directory, self.asking());
        facts.set("next.owner", &answer.owner_plain);
        facts.set("next.what", &answer.what_next);
        let lines = [
            ("contact.questions", &answer.for_questions),
            ("contact.delay", &answer.for_delay),
            ("contact.worse", &answer.if_worse),
        ];
        lines.map(|(fact, line): (_, &ContactLine<'_>)| {
            let reach = line.reach().filter(|reach| reach.working && !line.of_another)?;
            facts.set(fact, &in_words(&reach));
            Some(reach.point.contact_point.clone())
        })
    }
}

/// "Skin Clinic nurses on 020 7946 0004 (every day, 8am to 8pm; text relay)".
fn in_words(reach: &Reach<'_>) -> String {
    let point = reach.point;
    let on = match point.channel {
        Channel::Telephone | Channel::TextMessage => "on",
        Channel::Letter
        | Channel::Email
        | Channel::NhsApp
        | Channel::InPerson
        | Channel::Video
        | Channel::ElectronicDocument
        | Channel::AdviceService
        | Channel::ClinicalSystemTask
        | Channel::Post
        | Channel::Portal
        | Channel::EReferralService
        | Channel::NotRecorded => "at",
    };
    let ways = ways_in(point).map_or_else(String::new, |ways| format!("; {ways}"));
    format!("{} {on} {} ({}{ways})", point.name, point.endpoint, point.hours)
}

/// How long people wait at this provider, as the middle and as 92 in 100.
fn typical(world: &World, step: &NextStep, now: DateTime<Utc>) -> Option<String> {
    let (figures, settings) = figures_of(world, step, now)?;
    let within = |weeks| settings.told_within(figures.people, weeks);
    let (half, most) = (within(figures.median_weeks)?, within(figures.percentile_92_weeks)?);
    Some(format!(
        "half of all people are seen within {half} weeks, and 92 in 100 within {most} weeks"
    ))
}
