//! What a death ends, and what it begins.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn no_alarm_is_raised_about_what_fell_due_after_a_death() {
    let mut town = Town::open("2026-01-05T07:00:00Z").await;
    let server = town.server("deadlines.json");
    server.tick().await.unwrap();
    for pathway in [1, 2] {
        town.tell(
            pathway,
            "2026-01-05",
            "referralReceived",
            json!({"commissioner": "72Q", "provider": "RJ1"}),
        )
        .await;
        town.tell(
            pathway,
            "2026-01-05T08:00:00Z",
            "outpatientAttended",
            json!({"appointmentId": "A1", "provider": "RJ1"}),
        )
        .await;
        town.tell(pathway, "2026-01-05T08:30:00Z", "letterDrafted", json!({"letterId": "L1"}))
            .await;
    }
    town.tell(1, "2026-01-05T12:00:00Z", "patientDied", json!({})).await;
    town.it_is("2026-03-01T00:00:00Z");
    server.tick().await.unwrap();
    assert_eq!(town.ours(1).await, []);
    assert!(!town.ours(2).await.is_empty());
}

impl Town {
    /// The promises that were broken on a pathway: the rule, its trigger and whose it was.
    async fn broken(&self, pathway: u128) -> Vec<(String, EventId, Option<String>)> {
        let ours = self.ours(pathway).await;
        let broken = ours.iter().filter_map(|entry| match entry.step() {
            Step::ObligationBreached(said) => {
                let whose = said.organisation.as_ref().map(ToString::to_string);
                Some((said.rule.to_string(), said.event_id, whose))
            }
            _ => None,
        });
        broken.collect()
    }

    /// A referral of the LMCs' area, and a death later that day.
    async fn died(&mut self, pathway: u128) -> EventId {
        let referral = json!({"commissioner": "03F", "provider": "RWA"});
        self.tell(pathway, "2026-01-05T08:00:00Z", "referralReceived", referral).await;
        let died = json!({"organisation": "RWA"});
        self.tell(pathway, "2026-01-05T12:00:00Z", "patientDied", died).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_to_somebody_who_died_raises_the_alarm_of_the_provider() {
    let mut town = Town::open("2026-01-05T07:00:00Z").await;
    let server = town.server("deadlines.json");
    server.tick().await.unwrap();
    let death = town.died(1).await;
    let letter = json!({"letterId": "L1", "toPatient": true});
    town.tell(1, "2026-01-06T09:00:00Z", "letterIssued", letter).await;
    town.it_is("2026-01-07T00:00:00Z");
    server.tick().await.unwrap();
    server.tick().await.unwrap();
    let of_death: Vec<_> =
        town.broken(1).await.into_iter().filter(|(_, trigger, _)| *trigger == death).collect();
    assert_eq!(of_death, [("HUMBER-DEATH".to_owned(), death, Some("RWA".to_owned()))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_passes_by_the_medical_examiner_raises_the_alarm() {
    let mut town = Town::open("2026-01-05T07:00:00Z").await;
    let server = town.server("deadlines.json");
    server.tick().await.unwrap();
    town.died(1).await;
    let by = json!({"organisation": "RWA"});
    let certificate = town.tell(1, "2026-01-06", "mccdCompleted", by.clone()).await;
    let sent = town.tell(1, "2026-01-07", "mccdSentToRegistrar", by).await;
    town.it_is("2026-01-09T00:00:00Z");
    server.tick().await.unwrap();
    let broken: Vec<_> =
        town.broken(1).await.into_iter().map(|(rule, trigger, _)| (rule, trigger)).collect();
    assert!(broken.contains(&("HUMBER-ME-1".to_owned(), certificate)), "{broken:?}");
    assert!(broken.contains(&("HUMBER-ME-2".to_owned(), sent)), "{broken:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_owed_from_before_a_death_stays_silent_beside_what_the_death_asks() {
    let mut town = Town::open("2026-01-05T07:00:00Z").await;
    let server = town.server("deadlines.json");
    server.tick().await.unwrap();
    let visit = json!({"appointmentId": "A1", "provider": "RWA"});
    let visit = town.tell(1, "2026-01-05T09:00:00Z", "outpatientAttended", visit).await;
    let death = town.died(1).await;
    let letter = json!({"letterId": "L1", "toPatient": true});
    town.tell(1, "2026-01-20T09:00:00Z", "letterIssued", letter).await;
    town.it_is("2026-03-01T00:00:00Z");
    server.tick().await.unwrap();
    let triggers: Vec<EventId> =
        town.broken(1).await.into_iter().map(|(_, trigger, _)| trigger).collect();
    assert!(triggers.contains(&death) && !triggers.contains(&visit), "{triggers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scrutiny_that_does_not_come_and_a_talk_not_offered_raise_alarms_of_the_office() {
    let mut town = Town::open("2026-01-05T07:00:00Z").await;
    let server = town.server("deadlines.json");
    server.tick().await.unwrap();
    town.died(1).await;
    town.died(2).await;
    let to = json!({"toOrganisation": "ME1"});
    let asked = town.tell(1, "2026-01-06", "referredToMedicalExaminer", to).await;
    let done = json!({"organisation": "ME1", "scrutinyOutcome": "AGREED", "bereavedOfferedConversation": false});
    let done = town.tell(2, "2026-01-07", "medicalExaminerScrutinyCompleted", done).await;
    town.it_is("2026-01-12T00:00:00Z");
    server.tick().await.unwrap();
    let office = Some("ME1".to_owned());
    let scrutiny = ("HUMBER-ME-3".to_owned(), asked, office.clone());
    let talk = ("HUMBER-ME-4".to_owned(), done, office);
    let (first, second) = (town.broken(1).await, town.broken(2).await);
    assert!(first.contains(&scrutiny) && second.contains(&talk), "{first:?} {second:?}");
}
