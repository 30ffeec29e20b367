//! Standing promises about a service, judged from what the directory says of it on a day.
//!
//! No pathway opens them: contact points, entries and published waits are streams of their own. Who
//! reads the directory hands over what it says; nothing here knows where that stands. Whether a contact
//! point is live is for the directory alone to say; here stands only how old a check may be.

use chrono::NaiveDate;
use steps::{EventId, OdsCode, RuleId};

use crate::{Form, OfServices, Pack, Packs, ServiceAsk, State};

/// What the directory says of a service on the day asked about.
pub struct ServiceSaid<'a> {
    /// The board, where it is known; without it nothing can be said of a local pack.
    pub icb: Option<OdsCode>,
    /// How each side reaches it, where a check may be at most so many days old.
    pub reached: &'a dyn Fn(Side, u32) -> Reached,
    /// When its entry was last written, and by which step.
    pub entry: Option<(NaiveDate, EventId)>,
    /// When its waiting times were last published, and by which step.
    pub waits: Option<(NaiveDate, EventId)>,
    /// Whether our own public answer shows a figure of it that day; `None`: that is not known.
    pub own_answer: Option<bool>,
}

/// Who has to be able to reach a service (SEL 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Patients and carers.
    Patients,
    /// Hospitals.
    Hospitals,
    /// General practices and their networks.
    Practices,
}

impl Side {
    const ALL: [Self; 3] = [Self::Patients, Self::Hospitals, Self::Practices];

    const fn name(self) -> &'static str {
        match self {
            Self::Patients => "patients",
            Self::Hospitals => "hospitals",
            Self::Practices => "practices",
        }
    }
}

/// How a side reaches a service, as the directory's test of a live contact point says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// Whether anything can be relied on.
    pub live: Live,
    /// Whether a contact point that is live has an interpreter.
    pub interpreter: bool,
    /// Whether a contact point that is live has text relay.
    pub text_relay: bool,
    /// The steps that say so.
    pub evidence: Vec<EventId>,
}

/// Whether a contact point can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Live {
    /// One can, and there is a way that is not digital.
    Yes,
    /// What can is digital, and no other way is given.
    DigitalOnly,
    /// None can.
    No,
}

/// What became of a promise about a service on the day asked about: MET or BREACHED; UNKNOWN where the
/// directory does not tell, `NOT_APPLICABLE` where the pack is another board's.
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
    /// What is missing, or what would tell.
    pub missing: Vec<String>,
    /// The steps that say so.
    pub evidence: Vec<EventId>,
}

/// The promises about a service that are in force on `on`, by precedence of the pack.
pub fn judge_service(packs: &Packs, said: &ServiceSaid<'_>, on: NaiveDate) -> Vec<ServicePromise> {
    let mut promises = Vec::new();
    for pack in packs.in_force_on(on) {
        let rules = pack.rules.iter();
        for rule in rules.filter(|rule| rule.effective.is_none_or(|days| days.holds_on(on))) {
            let Form::OfServices(asked) = &rule.form else { continue };
            let found = out_of_scope(pack, said).unwrap_or_else(|| judge(*asked, said, on));
            promises.push(ServicePromise {
                rule: rule.id.clone(),
                pack: pack.id.clone(),
                pack_version: pack.version,
                state: found.state,
                missing: found.missing,
                evidence: found.evidence,
            });
        }
    }
    promises
}

struct Found {
    state: State,
    missing: Vec<String>,
    evidence: Vec<EventId>,
}

impl Found {
    fn of(missing: Vec<String>, evidence: Vec<EventId>) -> Self {
        let state = if missing.is_empty() { State::Met } else { State::Breached };
        Self { state, missing, evidence }
    }
}

/// What is said where a pack is bound to boards and the service is not known to be of one of them.
fn out_of_scope(pack: &Pack, said: &ServiceSaid<'_>) -> Option<Found> {
    if pack.scope.icb.is_empty() {
        return None;
    }
    let (state, missing) = match &said.icb {
        Some(icb) if pack.scope.icb.contains(icb) => return None,
        Some(_) => (State::NotApplicable, Vec::new()),
        None => (State::Unknown, vec!["the integrated care board of the provider".to_owned()]),
    };
    Some(Found { state, missing, evidence: Vec::new() })
}

fn judge(asked: OfServices, said: &ServiceSaid<'_>, on: NaiveDate) -> Found {
    match asked.asks {
        ServiceAsk::DirectoryEntry => dated(said.entry, "an entry", asked.days_max, on),
        ServiceAsk::WaitingTimes => waits(asked.days_max, said, on),
        ServiceAsk::ContactPoints => contact_points(asked.days_max, said),
    }
}

fn dated(found: Option<(NaiveDate, EventId)>, name: &str, days_max: u32, on: NaiveDate) -> Found {
    let fresh = found.is_some_and(|(day, _)| is_fresh(day, on, days_max));
    let missing = (!fresh).then(|| format!("{name} of the last {days_max} days"));
    Found::of(missing.into_iter().collect(), found.map(|(_, event)| event).into_iter().collect())
}

/// A publication that is fresh, or our own answer, which is itself evidence (the reading of SEL 6.4).
fn waits(days_max: u32, said: &ServiceSaid<'_>, on: NaiveDate) -> Found {
    let published = dated(said.waits, "a published wait", days_max, on);
    match (published.state, said.own_answer) {
        (State::Breached, Some(true)) => {
            Found { state: State::Met, missing: Vec::new(), evidence: Vec::new() }
        }
        (State::Breached, None) => Found { state: State::Unknown, ..published },
        _ => published,
    }
}

fn is_fresh(day: NaiveDate, on: NaiveDate, days_max: u32) -> bool {
    let age = on.signed_duration_since(day).num_days();
    (0..=i64::from(days_max)).contains(&age)
}

/// A live one for each side, with a way that is not digital; patients besides need an interpreter and
/// text relay (the reading of SEL 4.1: digital only fails).
fn contact_points(days_max: u32, said: &ServiceSaid<'_>) -> Found {
    let (mut missing, mut evidence) = (Vec::new(), Vec::new());
    for side in Side::ALL {
        let reached = (said.reached)(side, days_max);
        let name = side.name();
        match reached.live {
            Live::Yes => {}
            Live::DigitalOnly => missing.push(format!("a route for {name} that is not digital")),
            Live::No => missing.push(format!("a contact point for {name} that works")),
        }
        if side == Side::Patients && reached.live != Live::No {
            missing.extend((!reached.interpreter).then(|| "an interpreter".to_owned()));
            missing.extend((!reached.text_relay).then(|| "text relay".to_owned()));
        }
        evidence.extend(reached.evidence);
    }
    evidence.dedup();
    Found::of(missing, evidence)
}

#[cfg(test)]
mod tests {
    use testkit::Story;

    use super::*;

    fn day(raw: &str) -> NaiveDate {
        raw.parse().unwrap()
    }

    fn reached(live: Live) -> Reached {
        let evidence = vec![Story::event(7)];
        Reached { live, interpreter: true, text_relay: true, evidence }
    }

    /// A service of South East London, all in order on 1 March 2026.
    fn service(reached: &dyn Fn(Side, u32) -> Reached) -> ServiceSaid<'_> {
        ServiceSaid {
            icb: Some("QKK".parse().unwrap()),
            reached,
            entry: Some((day("2025-06-01"), Story::event(8))),
            waits: Some((day("2026-02-20"), Story::event(9))),
            own_answer: Some(false),
        }
    }

    fn of_rule(said: &ServiceSaid<'_>, rule: &str, on: &str) -> ServicePromise {
        let all = judge_service(&Packs::shipped(), said, day(on));
        all.into_iter().find(|one| one.rule.as_str() == rule).unwrap()
    }

    #[test]
    fn a_service_with_live_contacts_an_entry_and_a_published_wait_keeps_all_three() {
        let said = service(&|_, _| reached(Live::Yes));
        for (rule, event) in [("SEL-4.1", 7), ("SEL-5.5", 8), ("SEL-6.4", 9)] {
            let found = of_rule(&said, rule, "2026-03-01");
            assert_eq!((found.state, &found.missing[..]), (State::Met, &[][..]), "{rule}");
            assert!(found.evidence.contains(&Story::event(event)), "{rule}");
        }
    }

    #[test]
    fn what_is_one_day_too_old_breaks_the_promise_and_says_which() {
        let said = service(&|_, _| reached(Live::Yes));
        let states = |on: &str| ["SEL-5.5", "SEL-6.4"].map(|rule| of_rule(&said, rule, on).state);
        assert_eq!(states("2026-03-27"), [State::Met; 2], "35 days after the publication");
        assert_eq!(states("2026-03-28"), [State::Met, State::Breached]);
        assert_eq!(states("2026-06-01")[0], State::Met, "365 days after the entry");
        assert_eq!(states("2026-06-02")[0], State::Breached);
        let wait = of_rule(&said, "SEL-6.4", "2026-03-28");
        assert_eq!(wait.missing, ["a published wait of the last 35 days"]);
    }

    #[test]
    fn our_own_answer_keeps_the_promise_and_where_it_is_not_known_nothing_is_said() {
        let said = service(&|_, _| reached(Live::Yes));
        let state = |own_answer| {
            let said = ServiceSaid { own_answer, ..service(said.reached) };
            of_rule(&said, "SEL-6.4", "2026-03-28").state
        };
        let states = [Some(true), Some(false), None].map(state);
        assert_eq!(states, [State::Met, State::Breached, State::Unknown]);
    }

    #[test]
    fn the_directory_is_asked_with_the_days_of_the_rule() {
        let asked = |_, days: u32| reached(if days == 90 { Live::Yes } else { Live::No });
        assert_eq!(of_rule(&service(&asked), "SEL-4.1", "2026-03-01").state, State::Met);
    }

    #[test]
    fn digital_only_fails_and_so_does_a_side_that_has_no_line() {
        let missing = |live: Live| {
            let asked =
                move |side, _| reached(if side == Side::Patients { live } else { Live::Yes });
            of_rule(&service(&asked), "SEL-4.1", "2026-03-01").missing
        };
        assert_eq!(missing(Live::DigitalOnly), ["a route for patients that is not digital"]);
        assert_eq!(missing(Live::No), ["a contact point for patients that works"]);
        let nobody = |_, _| Reached { interpreter: false, text_relay: false, ..reached(Live::Yes) };
        let found = of_rule(&service(&nobody), "SEL-4.1", "2026-03-01");
        assert_eq!(found.missing, ["an interpreter", "text relay"]);
    }

    #[test]
    fn a_local_pack_does_not_bind_another_board_and_of_none_nothing_is_said() {
        for (icb, state) in [(Some("QOQ"), State::NotApplicable), (None, State::Unknown)] {
            let icb = icb.map(|code| code.parse().unwrap());
            let said = ServiceSaid { icb, ..service(&|_, _| reached(Live::Yes)) };
            let states = ["SEL-4.1", "SEL-5.5", "SEL-6.4"]
                .map(|rule| of_rule(&said, rule, "2026-03-01").state);
            assert_eq!(states, [state; 3]);
        }
    }
}
