//! What went as a task is asked for again once, and counts as asked before the alarm is raised.

use super::*;

/// The requests to send again and the breaches of the tasks rule on a pathway, in their order.
async fn said(town: &Town) -> Vec<String> {
    let history = town.house.cellar.recorder.history(id(1)).await.unwrap();
    let told = history.entries().iter().filter_map(|entry| match entry.step() {
        Step::ResendRequested(said) => Some(format!(
            "{} asks {} to send {} to {} again",
            said.rule,
            said.organisation,
            said.query_id.as_ref().map_or("?", |id| id.as_str()),
            said.to_organisation.as_ref().map_or("?", |code| code.as_str())
        )),
        Step::ObligationBreached(said) if said.rule.as_str().starts_with("HUMBER-TASK") => {
            Some(format!("{} breached", said.rule))
        }
        _ => None,
    });
    told.collect()
}

fn message(id: &str, channel: &str) -> Value {
    json!({"queryId": id, "fromOrganisation": "RJ1", "toOrganisation": "G85001", "channel": channel})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_asked_for_again_once_however_often_and_wherever_it_is_looked_at() {
    let mut town = Town::open("2026-01-05T07:00:00Z").await;
    let server = town.server("deadlines.json");
    server.tick().await.unwrap();
    let received = json!({"commissioner": "02Y", "provider": "RJ1", "referrer": "G85001"});
    town.tell(1, "2026-01-04", "referralReceived", received).await;
    town.tell(1, "2026-01-05T08:00:00Z", "messageSent", message("Q1", "CLINICAL_SYSTEM_TASK"))
        .await;
    town.tell(1, "2026-01-05T08:30:00Z", "messageSent", message("Q2", "EMAIL")).await;
    town.it_is("2026-01-05T09:00:00Z");
    server.tick().await.unwrap();
    let mut once = said(&town).await;
    once.sort();
    assert_eq!(
        once,
        ["HUMBER-TASK-1 asks RJ1 to send Q1 to G85001 again", "HUMBER-TASK-1 breached"]
    );
    server.tick().await.unwrap();
    town.server_from("other.json", Some("2026-01-01T00:00:00Z")).tick().await.unwrap();
    assert_eq!(said(&town).await.len(), 2, "no other server asks a second time");
}
