//! Standing promises about a service, judged from what the directory says of it on a day.
//!
//! No pathway opens them: contact points, entries and published waits are streams of their own. Who
//! reads the directory hands over what it says; nothing here knows where that stands.

use chrono::NaiveDate;
use steps::{
    EventId, OdsCode, RuleId,
    codes::{Audience, Channel},
};

use crate::{Form, OfServices, Packs, ServiceAsk, State};

/// What the directory says of a service on the day asked about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceSaid {
    /// The board, where it is known; a local pack binds no service of which it is not.
    pub icb: Option<OdsCode>,
    /// Its contact points that are not retired.
    pub contacts: Vec<ContactSaid>,
    /// When its entry was last written, and by which step.
    pub entry: Option<(NaiveDate, EventId)>,
    /// When its waiting times were last published, and by which step.
    pub waits: Option<(NaiveDate, EventId)>,
}

/// What the directory says of a contact point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactSaid {
    /// The step that published it.
    pub event: EventId,
    /// Whom it is for.
    pub audience: Audience,
    /// How it is reached.
    pub channel: Channel,
    /// Whether nothing says that it does not work.
    pub works: bool,
    /// The day it was last verified.
    pub verified_on: Option<NaiveDate>,
    /// Whether there is an interpreter.
    pub interpreter: bool,
    /// Whether there is text relay.
    pub text_relay: bool,
}

/// What became of a promise about a service: MET or BREACHED on the day asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicePromise {
    /// The rule.
    pub rule: RuleId,
    /// The pack it stands in.
    pub pack: RuleId,
    /// The version in force on the day.
    pub pack_version: u32,
    /// How it stands.
    pub state: State,
    /// What is missing.
    pub missing: Vec<String>,
    /// The steps that say so.
    pub evidence: Vec<EventId>,
}

/// The promises about a service that are in force on `on`, by precedence of the pack.
pub fn judge_service(packs: &Packs, said: &ServiceSaid, on: NaiveDate) -> Vec<ServicePromise> {
    let mut promises = Vec::new();
    for pack in packs.in_force_on(on) {
        let ours = said.icb.as_ref().is_some_and(|icb| pack.scope.icb.contains(icb));
        if !pack.scope.icb.is_empty() && !ours {
            continue;
        }
        for rule in &pack.rules {
            let Form::OfServices(asked) = &rule.form else { continue };
            let (missing, evidence) = judge(*asked, said, on);
            let state = if missing.is_empty() { State::Met } else { State::Breached };
            let (rule, pack_id) = (rule.id.clone(), pack.id.clone());
            let pack_version = pack.version;
            promises.push(ServicePromise {
                rule,
                pack: pack_id,
                pack_version,
                state,
                missing,
                evidence,
            });
        }
    }
    promises
}

fn judge(asked: OfServices, said: &ServiceSaid, on: NaiveDate) -> (Vec<String>, Vec<EventId>) {
    let dated = |found: Option<(NaiveDate, EventId)>, name: &str| {
        let fresh = found.filter(|(day, _)| is_fresh(*day, on, asked.days_max));
        let missing =
            fresh.is_none().then(|| format!("{name} of the last {} days", asked.days_max));
        (missing.into_iter().collect(), found.map(|(_, event)| event).into_iter().collect())
    };
    match asked.asks {
        ServiceAsk::DirectoryEntry => dated(said.entry, "an entry"),
        ServiceAsk::WaitingTimes => dated(said.waits, "a published wait"),
        ServiceAsk::ContactPoints => contact_points(asked.days_max, said, on),
    }
}

fn is_fresh(day: NaiveDate, on: NaiveDate, days_max: u32) -> bool {
    let age = on.signed_duration_since(day).num_days();
    (0..=i64::from(days_max)).contains(&age)
}

/// Whether a contact point has something.
type Has = fn(&ContactSaid) -> bool;

/// One that works and was verified for each side; patients besides need a route that is not digital,
/// an interpreter and text relay (the reading of SEL 4.1: digital only fails).
fn contact_points(days_max: u32, said: &ServiceSaid, on: NaiveDate) -> (Vec<String>, Vec<EventId>) {
    let fresh = |one: &&ContactSaid| {
        one.works && one.verified_on.is_some_and(|day| is_fresh(day, on, days_max))
    };
    let live: Vec<&ContactSaid> = said.contacts.iter().filter(fresh).collect();
    let of = |audience: Audience| live.iter().filter(move |one| one.audience == audience);
    let mut missing = Vec::new();
    for (audience, name) in [
        (Audience::Patient, "a contact point for patients that works"),
        (Audience::Hospital, "a contact point for hospitals that works"),
        (Audience::Practice, "a contact point for practices that works"),
    ] {
        missing.extend(of(audience).next().is_none().then(|| name.to_owned()));
    }
    let patients = || of(Audience::Patient);
    let needs: [(&str, Has); 3] = [
        ("a route for patients that is not digital", |one| !is_digital(one.channel)),
        ("an interpreter", |one| one.interpreter),
        ("text relay", |one| one.text_relay),
    ];
    for (name, has) in needs {
        let lacks = patients().next().is_some() && !patients().any(|one| has(one));
        missing.extend(lacks.then(|| name.to_owned()));
    }
    (missing, live.iter().map(|one| one.event).collect())
}

fn is_digital(channel: Channel) -> bool {
    match channel {
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
        Channel::Letter | Channel::Telephone | Channel::InPerson | Channel::Post => false,
    }
}

#[cfg(test)]
mod tests {
    use testkit::Story;

    use super::*;

    fn day(raw: &str) -> NaiveDate {
        raw.parse().unwrap()
    }

    fn contact(audience: Audience, channel: Channel, verified: &str) -> ContactSaid {
        ContactSaid {
            event: Story::event(7),
            audience,
            channel,
            works: true,
            verified_on: Some(day(verified)),
            interpreter: true,
            text_relay: true,
        }
    }

    /// A service of South East London, all in order on 1 March 2026.
    fn service() -> ServiceSaid {
        let sides = [Audience::Patient, Audience::Hospital, Audience::Practice];
        ServiceSaid {
            icb: Some("QKK".parse().unwrap()),
            contacts: sides.map(|one| contact(one, Channel::Telephone, "2026-01-15")).to_vec(),
            entry: Some((day("2025-06-01"), Story::event(8))),
            waits: Some((day("2026-02-20"), Story::event(9))),
        }
    }

    fn of_rule(said: &ServiceSaid, rule: &str, on: &str) -> ServicePromise {
        let all = judge_service(&Packs::shipped(), said, day(on));
        all.into_iter().find(|one| one.rule.as_str() == rule).unwrap()
    }

    #[test]
    fn a_service_with_live_contacts_an_entry_and_a_published_wait_keeps_all_three() {
        for (rule, event) in [("SEL-4.1", 7), ("SEL-5.5", 8), ("SEL-6.4", 9)] {
            let found = of_rule(&service(), rule, "2026-03-01");
            assert_eq!((found.state, &found.missing[..]), (State::Met, &[][..]), "{rule}");
            assert!(found.evidence.contains(&Story::event(event)), "{rule}");
        }
    }

    #[test]
    fn what_is_one_day_too_old_breaks_the_promise_and_says_which() {
        let states = |on: &str| {
            ["SEL-4.1", "SEL-5.5", "SEL-6.4"].map(|rule| of_rule(&service(), rule, on).state)
        };
        assert_eq!(states("2026-03-27"), [State::Met; 3], "35 days after the publication");
        assert_eq!(states("2026-03-28"), [State::Met, State::Met, State::Breached]);
        assert_eq!(states("2026-04-15")[0], State::Met, "90 days after it was verified");
        assert_eq!(states("2026-04-16")[0], State::Breached);
        assert_eq!(states("2026-06-02")[1], State::Breached, "366 days after the entry");
        let wait = of_rule(&service(), "SEL-6.4", "2026-03-28");
        assert_eq!(wait.missing, ["a published wait of the last 35 days"]);
    }

    #[test]
    fn digital_only_fails_and_so_does_a_side_that_has_no_line() {
        let mut said = service();
        said.contacts[0] = contact(Audience::Patient, Channel::Portal, "2026-01-15");
        let found = of_rule(&said, "SEL-4.1", "2026-03-01");
        assert_eq!(found.missing, ["a route for patients that is not digital"]);
        said.contacts.remove(2);
        let found = of_rule(&said, "SEL-4.1", "2026-03-01");
        assert_eq!(found.missing[0], "a contact point for practices that works");
        said.contacts[0].works = false;
        let found = of_rule(&said, "SEL-4.1", "2026-03-01");
        assert_eq!(found.missing[0], "a contact point for patients that works");
    }

    #[test]
    fn a_service_of_another_board_or_of_none_is_bound_by_no_local_pack() {
        for icb in [Some("QOQ"), None] {
            let icb = icb.map(|code| code.parse().unwrap());
            let said = ServiceSaid { icb, ..service() };
            assert_eq!(judge_service(&Packs::shipped(), &said, day("2026-03-01")), []);
        }
    }
}
