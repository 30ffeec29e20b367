//! Who may not ask or record, and that nobody learns whether another's pathway is there.

use serde_json::{Value, json};

use crate::{
    house::{House, arrived, on, refused},
    process::{RECORD, id},
};

const NOT_YOURS: &str = "no such pathway: expected the id of one of yours";

fn not_allowed(field: &str, message: &str) -> Value {
    json!({"__typename": "StepRefused", "code": "NOT_ALLOWED", "field": field, "message": message})
}

#[test]
fn without_a_token_nothing_is_recorded_or_read_and_a_false_one_is_turned_away() {
    let house = House::new();
    let nobody = house.server.client(None);
    let needed = "a bearer token is needed: Authorization: Bearer <token>";
    let answer = nobody.ask(RECORD, &json!({"input": on(1, 1, arrived())}));
    assert_eq!(answer["errors"][0]["message"], needed);
    assert_eq!(answer["errors"][0]["extensions"], json!({"code": "UNAUTHENTICATED"}));
    assert_eq!(answer["data"], Value::Null);

    let liar = house.server.client(Some("9990000019".to_owned()));
    let message = "the bearer token is not valid or has run out: expected one this server signed";
    let answer = liar.post(b"{\"query\": \"{ __typename }\"}").unwrap();
    assert_eq!(answer, (401, refused("UNAUTHENTICATED", message)));
}

#[test]
fn patients_and_auditors_record_no_clinical_fact() {
    let house = House::new();
    house.begin(1, 7);
    let auditor = ["--standing", "auditor", "--role", "AUDITOR", "--organisation", "RJ1"];
    let auditor = house.server.client(Some(house.place.token(&auditor)));
    let not_theirs = "this step is not yours to record: expected a token of the staff who do";
    for client in [house.patient(7), auditor] {
        assert_eq!(client.record(&on(1, 1, arrived())), not_allowed("step", not_theirs));
    }
    let wish = json!({"patientRebookRequested": {}});
    let answer = house.patient(8).record(&on(1, 2, wish));
    assert_eq!(answer, not_allowed("pathway", NOT_YOURS));
}

#[test]
fn anothers_pathway_answers_as_one_that_is_not_there() {
    let house = House::new();
    house.begin(1, 7);
    let read = "query ($id: ID!) { pathway(id: $id) { id } whoToContact(pathwayId: $id) { state } \
        history(pathwayId: $id) { nodes { eventId } } node(id: $id) { id } }";
    let nothing =
        json!({"data": {"pathway": null, "whoToContact": null, "history": null, "node": null}});
    let stranger = house.patient(8);
    for pathway in [id(1), id(404)] {
        assert_eq!(stranger.ask(read, &json!({"id": pathway})), nothing);
    }
    assert_eq!(house.patient(7).ask(read, &json!({"id": id(1)}))["data"]["pathway"]["id"], id(1));

    let follow = "subscription ($id: ID!) { steps(pathwayId: $id) { eventId } }";
    let told = [id(1), id(404)].map(|pathway| {
        let body = json!({"query": follow, "variables": {"id": pathway}}).to_string();
        stranger.send("text/event-stream", body.as_bytes()).unwrap()
    });
    assert_eq!(told[0], told[1]);
    let end = "event: next\ndata: {\"data\":null,\"errors\":[{\"message\":\"no such pathway\",\
        \"locations\":[{\"line\":1,\"column\":27}],\"path\":[\"steps\"],\
        \"extensions\":{\"code\":\"NOT_FOUND\"}}]}\n\nevent: complete\ndata: \n\n";
    assert_eq!(told[0], (200, end.to_owned()));

    let wish = json!({"patientRebookRequested": {}});
    let there = stranger.record(&on(1, 1, wish.clone()));
    let not_there = stranger.record(&on(404, 1, wish));
    assert_eq!((&there, &not_there), (&not_allowed("pathway", NOT_YOURS), &there));
}
