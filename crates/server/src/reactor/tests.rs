//! In whatever order things are told, every pathway of a person ends with the same deaths.

use pathway::Actor;
use recorder::{Command, Outcome, PathwayRef, Provenance, Target};
use serde_json::{Value, json};
use steps::{CommandId, EventId, OccurredAt, Step, codes::Role};
use testkit::step;
use uuid::Uuid;

use super::*;
use crate::house::House;

mod orders;

/// A house and a reactor that is driven by hand.
struct World {
    _dir: tempfile::TempDir,
    house: House,
    reactor: Reactor,
    read: Position,
    commands: u128,
}

async fn world() -> World {
    let dir = tempfile::tempdir().unwrap();
    let house = House::open(dir.path()).await.unwrap();
    let reactor = Reactor {
        recorder: house.cellar.recorder.clone(),
        next_steps: house.world.next_steps.clone(),
        kept: Drawer::new(&house.cellar.cabinet().unwrap().places, PLACE),
        trouble: house.troubles.reactor.clone(),
    };
    World { _dir: dir, house, reactor, read: Position::START, commands: 0 }
}

fn provenance() -> Provenance {
    let actor = Actor {
        user: "tester".parse().unwrap(),
        role: Role::System,
        organisation: "RJ1".parse().unwrap(),
    };
    Provenance {
        actor,
        source: "test".parse().unwrap(),
        simulated: false,
        caused_by: None,
        correlation: None,
        sent_by: None,
    }
}

fn on(pathway: PathwayId) -> Target {
    Target::Pathway(PathwayRef::Id(pathway))
}

impl World {
    async fn tell(&mut self, target: Target, name: &str, fields: Value) -> EventId {
        self.commands += 1;
        let command = Command {
            command_id: CommandId(Uuid::from_u128(self.commands)),
            target,
            occurred_at: "2026-02-01".parse().unwrap(),
            entered_in_source_at: None,
            step: step(name, fields),
            provenance: provenance(),
            origin: None,
        };
        match self.house.cellar.recorder.record(command).await.unwrap() {
            Outcome::Recorded { event_id, .. } | Outcome::Parked { event_id, .. } => event_id,
            refused @ Outcome::Refused(_) => panic!("{refused:?}"),
        }
    }

    async fn names(&mut self, pathway: PathwayId, person: SubjectRef) {
        self.tell(on(pathway), "pathwaySubject", json!({"subjectRef": person})).await;
    }

    async fn withdraw(&mut self, target: Target, event_id: EventId) -> EventId {
        self.tell(target, "stepEnteredInError", json!({"eventId": event_id})).await
    }

    /// Reacts until there is nothing left to react to.
    async fn settle(&mut self) {
        for _page in 0..100 {
            let page = self.reactor.recorder.store().read_log(self.read, 1_000).await.unwrap();
            let Some(last) = page.last() else { return };
            self.reactor.react_to(&page).await.unwrap();
            self.read = last.position;
        }
        panic!("the reactor reacts to itself without an end");
    }

    /// The deaths of a pathway that are in effect: when, and whether they were verified.
    async fn deaths(&self, pathway: PathwayId) -> Vec<(OccurredAt, Option<bool>)> {
        let history = self.reactor.recorder.history(pathway).await.unwrap();
        let deaths = history.entries().iter().filter_map(|entry| match entry.step() {
            Step::PatientDied(died) => Some((entry.occurred_at(), died.verified)),
            _ => None,
        });
        deaths.collect()
    }
}

fn id(n: u128) -> PathwayId {
    PathwayId(Uuid::from_u128(n))
}

fn who(n: u128) -> SubjectRef {
    SubjectRef(Uuid::from_u128(n))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pathway_taken_for_the_dead_persons_is_no_longer_dead_once_it_is_put_right() {
    let mut world = world().await;
    let (pathway, dead, living) = (id(1001), who(2001), who(2002));
    world.tell(Target::Patient(dead), "patientDied", json!({})).await;
    let named = world.tell(on(pathway), "pathwaySubject", json!({"subjectRef": dead})).await;
    world.settle().await;
    assert_eq!(world.deaths(pathway).await.len(), 1);
    let right = json!({"eventId": named, "step": {"pathwaySubject": {"subjectRef": living}}});
    let corrected = world.tell(on(pathway), "stepCorrected", right).await;
    world.settle().await;
    assert_eq!(world.deaths(pathway).await, []);
    // It was the dead person's after all.
    world.withdraw(on(pathway), corrected).await;
    world.settle().await;
    assert_eq!(world.deaths(pathway).await.len(), 1);
    world.withdraw(on(pathway), named).await;
    world.settle().await;
    assert_eq!(world.deaths(pathway).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_death_told_on_a_pathway_of_another_person_leaves_the_first_persons_pathways() {
    let mut world = world().await;
    let (told_on, other, of_right) = (id(1001), id(1002), id(1003));
    let (wrong, right) = (who(2001), who(2002));
    world.names(other, wrong).await;
    world.names(of_right, right).await;
    let named = world.tell(on(told_on), "pathwaySubject", json!({"subjectRef": wrong})).await;
    world.tell(on(told_on), "patientDied", json!({})).await;
    world.settle().await;
    assert_eq!(world.deaths(other).await.len(), 1);
    let put_right = json!({"eventId": named, "step": {"pathwaySubject": {"subjectRef": right}}});
    world.tell(on(told_on), "stepCorrected", put_right).await;
    world.settle().await;
    assert_eq!(world.deaths(other).await, []);
    assert_eq!(world.deaths(told_on).await.len(), 1);
    assert_eq!(world.deaths(of_right).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_death_that_waited_for_its_pathway_reaches_the_persons_other_pathways() {
    let mut world = world().await;
    let (joined, other, person) = (id(1001), id(1002), who(2001));
    world.names(other, person).await;
    let ubrn = PathwayRef::Ubrn("000000000042".parse().unwrap());
    world.tell(Target::Pathway(ubrn), "patientDied", json!({})).await;
    world.settle().await;
    world.names(joined, person).await;
    world.tell(on(joined), "referralReceived", json!({"ubrn": "000000000042"})).await;
    world.settle().await;
    assert_eq!(world.deaths(joined).await.len(), 1);
    assert_eq!(world.deaths(other).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pathway_that_turns_out_to_be_another_persons_takes_no_death_with_it() {
    let mut world = world().await;
    let (mistaken, theirs) = (id(1001), id(1002));
    let (dead, alive) = (who(2001), who(2002));
    world.names(theirs, alive).await;
    world.names(mistaken, dead).await;
    world.tell(Target::Patient(dead), "patientDied", json!({})).await;
    world.settle().await;
    assert_eq!(world.deaths(mistaken).await.len(), 1);
    let named = json!({"subjectRef": alive});
    world.tell(on(mistaken), "pathwaySubject", named).await;
    world.settle().await;
    assert_eq!(world.deaths(theirs).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_that_is_withdrawn_brings_the_death_back_everywhere() {
    let mut world = world().await;
    let (first, second, person) = (id(1001), id(1002), who(2001));
    world.names(first, person).await;
    world.names(second, person).await;
    let death = world.tell(on(first), "patientDied", json!({})).await;
    let withdrawal = world.withdraw(on(first), death).await;
    world.settle().await;
    assert_eq!(world.deaths(second).await, []);
    world.withdraw(on(first), withdrawal).await;
    world.settle().await;
    assert_eq!(world.deaths(first).await.len(), 1);
    assert_eq!(world.deaths(second).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_the_log_again_from_its_beginning_records_nothing() {
    let mut world = world().await;
    let (first, second, person) = (id(1001), id(1002), who(2001));
    world.names(first, person).await;
    world.names(second, person).await;
    let death = world.tell(Target::Patient(person), "patientDied", json!({})).await;
    world.settle().await;
    world.withdraw(Target::Patient(person), death).await;
    world.settle().await;
    let head = world.reactor.recorder.store().head().await.unwrap();
    world.read = Position::START;
    world.settle().await;
    assert_eq!(world.reactor.recorder.store().head().await.unwrap(), head);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reactor_that_waits_for_a_view_stops_when_it_is_told_to() {
    let mut world = world().await;
    world.names(id(1001), who(2001)).await;
    // The views are gone: the reactor waits for one that will never come so far.
    world.house.projector.stop().await;
    world.tell(on(id(1001)), "patientDied", json!({})).await;
    let shutdown = CancellationToken::new();
    let running = tokio::spawn(world.reactor.run(shutdown.clone()));
    tokio::task::yield_now().await;
    shutdown.cancel();
    running.await.unwrap();
}
