//! A clock that is moved by hand: what falls due is recorded once, in order, and settled by late evidence.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use cabinet::{Cabinet, Drawer};
use chrono::{DateTime, Utc};
use event_store::Position;
use pathway::{Actor, Entry};
use recorder::{Command, Outcome, PathwayRef, Provenance, Target};
use serde_json::{Value, json};
use steps::{CommandId, EventId, PathwayId, Step, codes::Role};
use testkit::step;
use uuid::Uuid;

use super::*;
use crate::{house::House, trouble::Trouble};

mod again;
mod bounded;
mod deaths;
mod feeds;
mod restarts;

/// A house whose clock is moved by hand.
struct Town {
    dir: tempfile::TempDir,
    house: House,
    now: Arc<AtomicI64>,
    commands: u128,
}

fn at(raw: &str) -> DateTime<Utc> {
    raw.parse().unwrap()
}

fn id(n: u128) -> PathwayId {
    PathwayId(Uuid::from_u128(n))
}

impl Town {
    async fn open(now: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let house = House::open(dir.path()).await.unwrap();
        let now = Arc::new(AtomicI64::new(at(now).timestamp_micros()));
        Self { dir, house, now, commands: 0 }
    }

    /// A server's deadlines, which keep their place in a file of that name.
    fn server(&self, name: &str) -> Deadlines {
        self.server_from(name, None)
    }

    fn server_from(&self, name: &str, from: Option<&str>) -> Deadlines {
        let mut world = self.house.world.clone();
        let now = Arc::clone(&self.now);
        world.now =
            Arc::new(move || DateTime::from_timestamp_micros(now.load(Ordering::SeqCst)).unwrap());
        let cabinet = Cabinet::in_directory(self.dir.path()).unwrap();
        let kept = Drawer::new(&cabinet.places, name);
        let (from, trouble) = (from.map(at), Trouble::none("deadlines"));
        Deadlines { world, from, kept, most: MOST_A_TICK, trouble }
    }

    fn it_is(&self, now: &str) {
        self.now.store(at(now).timestamp_micros(), Ordering::SeqCst);
    }

    async fn tell(&mut self, pathway: u128, when: &str, name: &str, fields: Value) -> EventId {
        let target = Target::Pathway(PathwayRef::Id(id(pathway)));
        self.tell_of(target, when, step(name, fields)).await
    }

    async fn tell_of(&mut self, target: Target, when: &str, step: Step) -> EventId {
        self.commands += 1;
        let actor = Actor {
            user: "tester".parse().unwrap(),
            role: Role::Clinician,
            organisation: "RWA".parse().unwrap(),
        };
        let command = Command {
            command_id: CommandId(Uuid::from_u128(self.commands)),
            target,
            occurred_at: when.parse().unwrap(),
            entered_in_source_at: None,
            step,
            provenance: Provenance {
                actor,
                source: "test".parse().unwrap(),
                simulated: false,
                caused_by: None,
                correlation: None,
                sent_by: None,
            },
            origin: None,
        };
        match self.house.cellar.recorder.record(command).await.unwrap() {
            Outcome::Recorded { event_id, .. } => event_id,
            other @ (Outcome::Parked { .. } | Outcome::Refused(_)) => panic!("{other:?}"),
        }
    }

    async fn reported(&mut self, pathway: u128, when: &str) -> EventId {
        let found = json!({"testId": "T1", "abnormality": "NORMAL", "provider": "RWA"});
        self.tell(pathway, when, "resultReported", found).await
    }

    async fn notified(&mut self, pathway: u128, when: &str) -> EventId {
        let said =
            json!({"testId": "T1", "toOrganisation": "G85001", "toPatient": false, "alert": false});
        self.tell(pathway, when, "resultNotificationSent", said).await
    }

    /// The steps of the system on a pathway, in the order in which they stand.
    async fn ours(&self, pathway: u128) -> Vec<Entry> {
        let history = self.house.cellar.recorder.history(id(pathway)).await.unwrap();
        let ours = |entry: &&Entry| {
            matches!(
                entry.step(),
                Step::ObligationBreached(_) | Step::ExpectedEventMissed(_) | Step::AlarmResolved(_)
            )
        };
        history.entries().iter().filter(ours).cloned().collect()
    }

    /// The rules that were missed on a pathway, and when each was due.
    async fn missed(&self, pathway: u128) -> Vec<(String, String)> {
        let ours = self.ours(pathway).await;
        let missed = ours.iter().filter_map(|entry| match entry.step() {
            Step::ExpectedEventMissed(said) => {
                Some((said.rule.to_string(), entry.occurred_at().to_string()))
            }
            _ => None,
        });
        missed.collect()
    }

    async fn head(&self) -> Position {
        self.house.cellar.store.head().await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_expected_and_did_not_come_is_recorded_when_its_hours_are_over_and_once() {
    let mut town = Town::open("2026-01-05T07:00:00Z").await;
    let server = town.server("deadlines.json");
    server.tick().await.unwrap();
    let trigger = town.reported(1, "2026-01-05T08:00:00Z").await;
    town.it_is("2026-01-05T15:59:00Z");
    server.tick().await.unwrap();
    assert_eq!(town.ours(1).await, []);
    town.it_is("2026-01-05T16:00:01Z");
    server.tick().await.unwrap();
    server.tick().await.unwrap();
    let [alarm] = town.ours(1).await.try_into().unwrap();
    let Step::ExpectedEventMissed(said) = alarm.step() else { panic!("{alarm:?}") };
    assert_eq!(said.rule.as_str(), "NET-RESULT-NOTIFIED");
    assert_eq!(said.event_id, Some(trigger));
    assert_eq!(said.organisation, Some("RWA".parse().unwrap()));
    assert_eq!(alarm.occurred_at().to_string(), "2026-01-05T16:00:00Z", "when it was due");
}

#[tokio::test(flavor = "multi_thread")]
async fn late_evidence_settles_the_alarm_and_the_history_shows_both() {
    let mut town = Town::open("2026-01-05T07:00:00Z").await;
    let server = town.server("deadlines.json");
    server.tick().await.unwrap();
    town.reported(1, "2026-01-05T08:00:00Z").await;
    town.reported(2, "2026-01-05T08:00:00Z").await;
    town.it_is("2026-01-05T17:00:00Z");
    server.tick().await.unwrap();
    let late = town.notified(1, "2026-01-05T18:00:00Z").await;
    let in_time = town.notified(2, "2026-01-05T09:00:00Z").await;
    town.it_is("2026-01-05T18:30:00Z");
    server.tick().await.unwrap();
    for (pathway, evidence, outcome) in [(1, late, "LATE"), (2, in_time, "IN_TIME")] {
        let [alarm, settled] = town.ours(pathway).await.try_into().unwrap();
        let Step::AlarmResolved(said) = settled.step() else { panic!("{settled:?}") };
        assert_eq!((said.event_id, said.resolved_by), (alarm.event_id(), Some(evidence)));
        assert_eq!(safety_net::outcome_code(said.alarm_outcome), outcome);
        assert!(matches!(alarm.step(), Step::ExpectedEventMissed(_)));
    }
    let head = town.head().await;
    server.tick().await.unwrap();
    assert_eq!(town.head().await, head, "it is settled once, and sets off nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_obligation_that_fell_due_unkept_is_recorded_with_the_version_that_judged_it() {
    let mut town = Town::open("2026-02-01T07:00:00Z").await;
    let server = town.server("deadlines.json");
    server.tick().await.unwrap();
    town.tell(
        1,
        "2026-01-05",
        "referralReceived",
        json!({"commissioner": "72Q", "provider": "RJ1"}),
    )
    .await;
    let visit = json!({"appointmentId": "A1", "provider": "RJ1"});
    let trigger = town.tell(1, "2026-02-02", "outpatientAttended", visit).await;
    town.it_is("2026-02-12T23:00:00Z");
    server.tick().await.unwrap();
    let breached = |ours: Vec<Entry>| -> Vec<(String, String, Option<EventId>)> {
        let found = ours.into_iter().filter_map(|entry| match entry.step() {
            Step::ObligationBreached(said) => {
                Some((said.rule.to_string(), said.pack_version.to_string(), Some(said.event_id)))
            }
            _ => None,
        });
        found.collect()
    };
    let of_visit = |all: Vec<(String, String, Option<EventId>)>| -> Vec<String> {
        let of = all.into_iter().filter(|(_, _, event)| *event == Some(trigger));
        of.map(|(rule, version, _)| format!("{rule} {version}")).collect()
    };
    assert_eq!(of_visit(breached(town.ours(1).await)), ["NHS-SC-11.7 1"], "seven days are over");
    town.it_is("2026-02-13T00:00:01Z");
    server.tick().await.unwrap();
    let all = of_visit(breached(town.ours(1).await));
    assert_eq!(all, ["NHS-SC-11.7 1", "SEL-2.5a 1", "SEL-2.5c 1"], "and then the ten");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_old_years_raises_nothing_unless_it_is_asked_for() {
    let mut town = Town::open("2026-06-01T07:00:00Z").await;
    let server = town.server("deadlines.json");
    server.tick().await.unwrap();
    town.reported(1, "2025-01-05T08:00:00Z").await;
    server.tick().await.unwrap();
    assert_eq!(town.ours(1).await, []);
    let asked = town.server_from("asked.json", Some("2025-01-01T00:00:00Z"));
    asked.tick().await.unwrap();
    let rules: Vec<String> = town.missed(1).await.into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(rules, ["NET-RESULT-NOTIFIED", "NET-RESULT-TOLD"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_long_after_its_deadline_is_found_although_that_time_was_looked_at() {
    let mut town = Town::open("2026-01-05T07:00:00Z").await;
    let server = town.server("deadlines.json");
    server.tick().await.unwrap();
    town.it_is("2026-01-20T07:00:00Z");
    server.tick().await.unwrap();
    town.reported(1, "2026-01-06T08:00:00Z").await;
    server.tick().await.unwrap();
    let due = vec![("NET-RESULT-NOTIFIED".to_owned(), "2026-01-06T16:00:00Z".to_owned())];
    assert_eq!(town.missed(1).await, due);
}
