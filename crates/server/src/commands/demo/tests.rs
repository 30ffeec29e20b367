//! The town as a newcomer meets it: a real house in a directory of its own.

use std::sync::Arc;

use api::transport::{self, TransportConfig};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use event_store::Position;
use pathway::Clock;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

use super::{
    cast::{self, Story, Viewer},
    queries, seed,
    seed::Seeded,
    welcome::Welcome,
};
use crate::{commands::READY_QUERIES, edge, house::House, secrets::Secrets, web};

mod kept_plans;
mod stories;

/// A town that was just seeded, and the directory it is in.
struct Town {
    house: House,
    router: Router,
    tokens: Vec<(Viewer, String)>,
    dir: TempDir,
    today: chrono::NaiveDate,
}

impl Town {
    async fn seeded() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let house = House::open(dir.path()).await.unwrap();
        let now = edge::now();
        assert_eq!(seed::town(&house.cellar, now).await.unwrap(), Seeded::Now);
        house.projector.caught_up().await.unwrap();
        let key = web::token_key(&house.cellar.secrets).unwrap();
        let tokens = cast::tokens(&key, edge::seconds()).unwrap();
        let config = TransportConfig::new(Arc::new(key), Arc::new(edge::seconds));
        let router = transport::router(api::schema::schema(house.world.clone()), config);
        Self { house, router, tokens, dir, today: pathway::london::date_of(now) }
    }

    async fn ask(&self, viewer: Viewer, query: &str) -> Value {
        let token = &self.tokens.iter().find(|(one, _)| *one == viewer).unwrap().1;
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::from(json!({"query": query}).to_string()))
            .unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((status, body.get("errors")), (StatusCode::OK, None), "{query}\n{body}");
        body["data"].clone()
    }

    async fn head(&self) -> Position {
        self.house.cellar.store.head().await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_is_recorded_and_a_second_seeding_changes_nothing() {
    let town = Town::seeded().await;
    let status = town.house.projector.status().borrow().clone();
    assert!(status.is_healthy(), "{status:?}");
    let head = town.head().await;
    assert_eq!(seed::town(&town.house.cellar, edge::now()).await.unwrap(), Seeded::Before);
    seed::lay(&town.house.cellar.recorder, town.today).await.unwrap();
    assert_eq!(town.head().await, head);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seeding_that_was_cut_short_goes_on_at_the_next_start() {
    let whole = Town::seeded().await.head().await;
    let dir = tempfile::tempdir().unwrap();
    let house = House::open(dir.path()).await.unwrap();
    let today = pathway::london::date_of(edge::now());
    seed::lay_directory(&house.cellar.recorder, today).await.unwrap();
    assert!(house.cellar.store.head().await.unwrap() < whole);
    assert_eq!(seed::town(&house.cellar, edge::now()).await.unwrap(), Seeded::Now);
    assert_eq!(house.cellar.store.head().await.unwrap(), whole);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_holds_something_else_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let house = House::open(dir.path()).await.unwrap();
    let today = pathway::london::date_of(edge::now());
    seed::lay_waiting_list(&house.cellar.recorder, today).await.unwrap();
    let head = house.cellar.store.head().await.unwrap();
    assert_eq!(seed::town(&house.cellar, edge::now()).await.unwrap(), Seeded::NotOurs);
    assert_eq!(house.cellar.store.head().await.unwrap(), head);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_town_is_there_when_the_house_is_opened_again() {
    let town = Town::seeded().await;
    let (head, before) = (town.head().await, moment(&town).await);
    let Town { house, dir, router, .. } = town;
    drop(router);
    house.close().await;
    let house = House::open(dir.path()).await.unwrap();
    assert_eq!(seed::town(&house.cellar, edge::now()).await.unwrap(), Seeded::Before);
    assert_eq!(house.cellar.store.head().await.unwrap(), head);
    assert_eq!(seed::before_correction(&house.cellar.recorder).await.unwrap(), before);
    house.close().await;
}

async fn moment(town: &Town) -> chrono::DateTime<chrono::Utc> {
    seed::before_correction(&town.house.cellar.recorder).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ready_queries_answer_whom_they_are_for() {
    let town = Town::seeded().await;
    let [patient, staff, auditor] = queries::ready(moment(&town).await);

    let contacts = &town.ask(patient.viewer, &patient.query).await["whoToContact"];
    assert_eq!(contacts["ownerPlain"], "the clinic team at Riverside Hospitals (demo)");
    assert!(contacts["nextAppointment"]["startsAt"].is_string(), "{contacts}");
    assert!(contacts["expectedWait"]["medianWeeks"].is_number(), "{contacts}");
    let lines = ["forQuestions", "forDelay", "ifWorse"].map(|line| &contacts[line]);
    for line in lines {
        assert!(line["value"].as_str().unwrap().starts_with("020 7946 0"), "{line}");
        assert!(line["verifiedOn"].is_string(), "{line}");
    }

    let groups = &town.ask(staff.viewer, &staff.query).await["waitingTimes"]["groups"];
    let sum = |field: &str| {
        groups.as_array().unwrap().iter().map(|group| group[field].as_u64().unwrap()).sum::<u64>()
    };
    assert_eq!(groups.as_array().unwrap().len(), 6);
    assert!(sum("total") > 160 && sum("over52Weeks") > 0 && sum("over78Weeks") > 0, "{groups}");
    assert!(groups.as_array().unwrap().iter().all(|group| group["medianWeeks"].is_number()));

    let known = town.ask(auditor.viewer, &auditor.query).await;
    let days = |when: &str| known[when]["clock"]["periods"][0]["days"].as_u64().unwrap();
    assert_eq!(days("now") - days("then"), 35, "{known}");
    let steps = |when: &str| known[when]["history"]["nodes"].as_array().unwrap().len();
    assert_eq!(steps("now"), steps("then") + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queries_of_the_page_answer_as_they_stand() {
    let town = Town::seeded().await;
    let viewers = [Viewer::Patient, Viewer::Booking, Viewer::Auditor];
    assert_eq!(READY_QUERIES.len(), viewers.len());
    for (viewer, (title, query)) in viewers.into_iter().zip(READY_QUERIES) {
        let answer = town.ask(viewer, query).await;
        let fields = answer.as_object().unwrap();
        assert!(fields.values().all(|field| !field.is_null()), "{title}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_patient_sees_two_pathways_and_no_others() {
    let town = Town::seeded().await;
    let mine = town.ask(Viewer::Patient, "{ myPathways { id } }").await;
    assert_eq!(mine["myPathways"].as_array().unwrap().len(), 2);
    for story in Story::ALL {
        let query = format!("{{ pathway(id: \"{}\") {{ id }} }}", story.pathway());
        let seen = !town.ask(Viewer::Patient, &query).await["pathway"].is_null();
        let own = matches!(story, Story::Patient | Story::PatientSecond);
        assert_eq!(seen, own, "{story:?}");
        let staff = town.ask(Viewer::Practice, &query).await;
        assert!(!staff["pathway"].is_null(), "{story:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_printed_can_be_pasted_as_it_is() {
    let town = Town::seeded().await;
    let welcome = Welcome {
        address: "127.0.0.1:8080".parse().unwrap(),
        data_dir: town.dir.path(),
        seeded: Seeded::Now,
        tokens: town.tokens.clone(),
        before_correction: Some(moment(&town).await),
    };
    let text = welcome.text();
    let commands: Vec<&str> = text.lines().filter(|line| line.starts_with("curl ")).collect();
    assert_eq!(commands.len(), 3);
    for command in commands {
        let quoted: Vec<&str> = command.split('\'').collect();
        let [_, _, _, bearer, _, body, ""] = quoted[..] else { panic!("{command}") };
        let token = bearer.strip_prefix("authorization: Bearer ").unwrap();
        let (viewer, _) = town.tokens.iter().find(|(_, one)| one == token).unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        let answer = town.ask(*viewer, body["query"].as_str().unwrap()).await;
        assert!(answer.as_object().unwrap().values().all(Value::is_object), "{answer}");
    }
    let file = welcome.file();
    for viewer in Viewer::ALL {
        let token = file[viewer.key()].as_str().unwrap();
        assert!(text.lines().any(|line| line == format!("  {:<8}  {token}", viewer.key())));
    }
    assert_eq!(file["patientPathwayId"], Story::Patient.pathway().to_string());
    assert!(file["beforeCorrection"].is_string());
}

#[test]
fn the_file_with_the_tokens_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let key = web::token_key(&Secrets::Directory(dir.path().to_owned())).unwrap();
    let welcome = Welcome {
        address: "127.0.0.1:8080".parse().unwrap(),
        data_dir: dir.path(),
        seeded: Seeded::NotOurs,
        tokens: cast::tokens(&key, edge::seconds()).unwrap(),
        before_correction: None,
    };
    super::write_tokens(dir.path(), &welcome).unwrap();
    let file = std::fs::metadata(dir.path().join("demo-tokens.json")).unwrap();
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
    assert!(!welcome.text().contains("curl"), "without the town the queries have nothing to ask");
}
