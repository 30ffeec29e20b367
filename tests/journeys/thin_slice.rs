//! The main job: steps go in; the wait, the next owner, whom to contact, the promises and the history
//! as known before a late correction come out. On either store.

use postgres_for_tests::Database;
use serde_json::{Value, json};
use waymark_tests::{Server, Who};

/// Each journey once on each store.
macro_rules! on_each_store {
    ($($journey:ident)*) => {
        mod on_sqlite {
            $(#[test] fn $journey() { super::$journey(super::Clinic::open()); })*
        }
        mod on_postgres {
            $(#[test] fn $journey() { super::$journey(super::Clinic::open_on_postgres()); })*
        }
    };
}

on_each_store! {
    a_referral_a_booking_a_dna_call_and_a_letter_go_in_and_the_answers_come_out
    the_wait_counts_in_the_list_and_a_treatment_takes_it_out_from_that_day_on
    the_history_shows_what_was_known_before_a_late_correction
    retiring_a_contact_point_changes_the_answer_at_once_and_yesterday_keeps_its_number
    a_death_told_once_reaches_every_pathway_of_the_person
    a_patient_sees_their_own_pathway_and_not_that_another_exists
}

const RECORD: &str = "mutation($input: RecordInput!) { record(input: $input) { __typename
    ... on StepRecorded { pathwayId eventId position recordedAt duplicate }
    ... on StepParked { eventId why } ... on StepRefused { code field message } } }";

pub(crate) struct Clinic {
    pub(crate) server: Server,
    token: Option<String>,
    commands: u32,
    /// Goes after the server that uses it.
    _database: Option<Database>,
}

impl Clinic {
    pub(crate) fn open() -> Self {
        Self::of(Server::fresh(), None)
    }

    pub(crate) fn over(data_dir: &std::path::Path) -> Self {
        Self::of(Server::over(data_dir), None)
    }

    fn open_on_postgres() -> Self {
        let database = Database::fresh();
        Self::of(Server::fresh_over_log_at(&database.address()), Some(database))
    }

    fn of(server: Server, database: Option<Database>) -> Self {
        let token = server.token(Who::Staff("BOOKING_TEAM", "RJ1"));
        Self { server, token, commands: 0, _database: database }
    }

    fn ask(&self, query: &str, variables: Value) -> Value {
        let answer = self.server.ask(self.token.as_deref(), query, variables);
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].clone()
    }

    fn record(&mut self, pathway: Option<&str>, occurred_at: &str, step: Value) -> Value {
        self.entered(pathway, occurred_at, None, step)
    }

    fn entered(
        &mut self,
        pathway: Option<&str>,
        occurred_at: &str,
        entered: Option<&str>,
        step: Value,
    ) -> Value {
        self.commands += 1;
        let mut input = json!({
            "commandId": format!("00000000-0000-4000-8000-{:012}", self.commands),
            "occurredAt": occurred_at,
            "step": step,
        });
        if let Some(id) = pathway {
            input["pathway"] = json!({"id": id});
        }
        if let Some(entered) = entered {
            input["enteredInSourceAt"] = json!(entered);
        }
        let recorded = self.ask(RECORD, json!({"input": input}))["record"].clone();
        assert_eq!(recorded["__typename"], "StepRecorded", "{recorded:#}");
        recorded
    }

    /// A referral, an appointment booked and told, a DNA after a call, and the letter.
    pub(crate) fn pathway(&mut self) -> (String, Value) {
        for step in directory() {
            self.record(None, "2025-12-01", step);
        }
        let sent = self.record(
            None,
            "2026-01-05T09:00:00Z",
            json!({"referralSent": {
                "referrer": "G85001", "service": "RJ1.dermatology", "provider": "RJ1",
                "function": "330", "priority": "ROUTINE",
                "reason": "a changing mole", "intendedOutcome": "a diagnosis",
                "patientExpectations": "to know whether it is harmful",
                "consent": {"consentBasis": "PATIENT_CONSENTED", "reasonExplained": true},
            }}),
        );
        let id = sent["pathwayId"].as_str().unwrap().to_owned();
        self.record(
            Some(&id),
            "2026-01-06T10:00:00Z",
            json!({"referralReceived": {
                "provider": "RJ1", "service": "RJ1.dermatology", "rttScope": "IN_SCOPE",
                "function": "330", "commissioner": "72Q", "route": "OTHER",
                "referralPurpose": "TREATMENT", "referrer": "G85001",
            }}),
        );
        self.record(
            Some(&id),
            "2026-01-12T10:00:00Z",
            json!({"appointmentBooked": {
                "appointmentId": "A1", "startsAt": "2026-02-02T10:00:00Z",
                "bookingKind": "APPOINTMENT", "provider": "RJ1", "service": "RJ1.dermatology",
                "place": "Clinic 4", "agreedWithPatient": true,
            }}),
        );
        (id, sent)
    }
}

fn directory() -> [Value; 4] {
    let contact = |id: &str, purpose: &str, number: &str| {
        json!({"contactPointPublished": {
            "contactPoint": id, "organisation": "RJ1", "service": "RJ1.dermatology",
            "audience": "PATIENT", "contactPurpose": purpose, "name": "Dermatology booking office",
            "channel": "TELEPHONE", "endpoint": number, "hours": "Monday to Friday, 9 to 5",
            "interpreter": true, "textRelay": true, "ownerRole": "BOOKING_TEAM",
            "verifiedOn": "2025-11-20",
        }})
    };
    [
        json!({"organisationRecorded": {"organisation": "RJ1", "name": "Riverside Hospital",
            "organisationKind": "PROVIDER"}}),
        contact("derm-q", "QUESTIONS", "020 7946 0001"),
        contact("derm-d", "DELAY", "020 7946 0002"),
        contact("derm-w", "DETERIORATION", "020 7946 0003"),
    ]
}

const WHO: &str = "query($id: ID!, $at: Position, $known: DateTime) {
    whoToContact(pathwayId: $id, atLeast: $at, asKnownAt: $known) {
        state ownerPlain ownerOrganisation { code name } whatNext
        forQuestions { name channel value hours access verifiedOn }
        forDelay { value } ifWorse { value } } }";

fn a_referral_a_booking_a_dna_call_and_a_letter_go_in_and_the_answers_come_out(mut clinic: Clinic) {
    let (id, _) = clinic.pathway();
    clinic.record(
        Some(&id),
        "2026-02-02T10:20:00Z",
        json!({"dnaCallAttempted": {
        "appointmentId": "A1", "byRole": "CLINICIAN", "callOutcome": "NO_ANSWER"}}),
    );
    clinic.entered(
        Some(&id),
        "2026-02-02T10:00:00Z",
        Some("2026-02-02T10:45:00Z"),
        json!({"dnaRecorded": {"appointmentId": "A1", "appointmentDate": "2026-02-02",
            "attendanceCode": "DID_NOT_ATTEND", "provider": "RJ1"}}),
    );
    clinic.record(
        Some(&id),
        "2026-02-16T10:00:00Z",
        json!({"outpatientAttended": {
        "appointmentId": "A2", "provider": "RJ1", "attendanceCode": "ATTENDED_ON_TIME"}}),
    );
    let last = clinic.record(
        Some(&id),
        "2026-02-20T09:00:00Z",
        json!({"clinicLetterSent": {
        "letterId": "L1", "appointmentId": "A2", "toOrganisation": "G85001", "toPatient": true,
        "channel": "ELECTRONIC_DOCUMENT"}}),
    );

    let who = clinic.ask(WHO, json!({"id": id, "at": last["position"]}));
    assert_eq!(
        who["whoToContact"]["ownerOrganisation"],
        json!({"code": "RJ1", "name": "Riverside Hospital"})
    );
    assert_eq!(who["whoToContact"]["forQuestions"]["value"], "020 7946 0001");
    assert_eq!(who["whoToContact"]["forDelay"]["value"], "020 7946 0002");
    assert_eq!(who["whoToContact"]["ifWorse"]["value"], "020 7946 0003");

    let query = "query($id: ID!) { pathway(id: $id) {
        clock { state periods { clockStart treatmentFunction startedBy { row } } }
        obligations { rule state } } }";
    let pathway = clinic.ask(query, json!({"id": id}))["pathway"].clone();
    assert_eq!(pathway["clock"]["state"], "TICKING");
    assert_eq!(
        pathway["clock"]["periods"],
        json!([{"clockStart": "2026-01-06", "treatmentFunction": "330", "startedBy": {"row": 1}}])
    );
    for (rule, state) in [("SEL-2.4", "MET"), ("SEL-2.5c", "MET"), ("SEL-5.1", "MET")] {
        assert!(states(&pathway, rule).contains(&state.to_owned()), "{rule}: {pathway:#}");
    }
}

fn states(pathway: &Value, rule: &str) -> Vec<String> {
    let all = pathway["obligations"].as_array().unwrap().iter();
    let of_rule = all.filter(|one| one["rule"] == rule);
    of_rule.map(|one| one["state"].as_str().unwrap().to_owned()).collect()
}

fn the_wait_counts_in_the_list_and_a_treatment_takes_it_out_from_that_day_on(mut clinic: Clinic) {
    let (id, _) = clinic.pathway();
    let query = "query($on: Date, $at: Position) { waitingTimes(on: $on, provider: \"RJ1\", atLeast: $at,
        groupBy: TREATMENT_FUNCTION) { groups { key total within18Weeks pathways(first: 5) { nodes { pathwayId daysWaited } } } } }";
    let treated = clinic.record(
        Some(&id),
        "2026-03-02",
        json!({"treatmentStarted": {
        "firstDefinitive": true, "treatmentSetting": "OUTPATIENT", "provider": "RJ1"}}),
    );
    let before = clinic.ask(query, json!({"on": "2026-03-01", "at": treated["position"]}));
    assert_eq!(
        before["waitingTimes"]["groups"],
        json!([{"key": "330", "total": 1, "within18Weeks": 1,
            "pathways": {"nodes": [{"pathwayId": id, "daysWaited": 54}]}}])
    );
    let after = clinic.ask(query, json!({"on": "2026-03-02"}));
    assert_eq!(after["waitingTimes"]["groups"], json!([]));
}

fn the_history_shows_what_was_known_before_a_late_correction(mut clinic: Clinic) {
    let (id, _) = clinic.pathway();
    let wrong = clinic.record(
        Some(&id),
        "2026-02-03T10:00:00Z",
        json!({"patientArrived": {"appointmentId": "A1"}}),
    );
    let known = wrong["recordedAt"].as_str().unwrap();
    clinic.record(
        Some(&id),
        "2026-02-04T10:00:00Z",
        json!({"stepEnteredInError": {"eventId": wrong["eventId"]}}),
    );
    let query = "query($id: ID!, $known: DateTime) { history(pathwayId: $id, asKnownAt: $known) {
        nodes { typeName standing occurredAt actor { role organisation } } } }";
    let now = clinic.ask(query, json!({"id": id}));
    let then = clinic.ask(query, json!({"id": id, "known": known}));
    assert_eq!(standing(&now, "patientArrived"), "ENTERED_IN_ERROR");
    assert_eq!(standing(&then, "patientArrived"), "IN_EFFECT");
    assert_eq!(now["history"]["nodes"].as_array().unwrap().len(), 5);
    assert_eq!(then["history"]["nodes"].as_array().unwrap().len(), 4);
    assert_eq!(
        now["history"]["nodes"][0]["actor"],
        json!({"role": "BOOKING_TEAM", "organisation": "RJ1"})
    );
}

fn standing<'a>(answer: &'a Value, step: &str) -> &'a str {
    let nodes = answer["history"]["nodes"].as_array().unwrap();
    nodes.iter().find(|node| node["typeName"] == step).unwrap()["standing"].as_str().unwrap()
}

fn retiring_a_contact_point_changes_the_answer_at_once_and_yesterday_keeps_its_number(
    mut clinic: Clinic,
) {
    let (id, sent) = clinic.pathway();
    let retired = clinic.record(
        None,
        "2026-02-01",
        json!({"contactPointRetired": {"contactPoint": "derm-q"}}),
    );
    let now = clinic.ask(WHO, json!({"id": id, "at": retired["position"]}));
    assert_ne!(now["whoToContact"]["forQuestions"]["value"], "020 7946 0001", "{now:#}");
    let then = clinic.ask(WHO, json!({"id": id, "known": sent["recordedAt"]}));
    assert_eq!(then["whoToContact"]["forQuestions"]["value"], "020 7946 0001", "{then:#}");
}

fn a_death_told_once_reaches_every_pathway_of_the_person(mut clinic: Clinic) {
    let person = "00000000-0000-4000-8000-0000000000aa";
    let first = clinic.pathway().0;
    let second = clinic.pathway().0;
    for id in [&first, &second] {
        clinic.record(Some(id), "2026-01-05", json!({"pathwaySubject": {"subjectRef": person}}));
    }
    let died = json!({"query": RECORD, "variables": {"input": {
        "commandId": "00000000-0000-4000-8000-00000000dead", "patient": person,
        "occurredAt": "2026-02-10", "step": {"patientDied": {}}}}});
    let told = clinic.server.post(clinic.token.as_deref(), died.to_string().as_bytes());
    assert_eq!(told["data"]["record"]["__typename"], "StepRecorded", "{told:#}");
    let query =
        "query($id: ID!) { pathway(id: $id) { clock { state periods { clockStop stopStatus } } } }";
    for id in [&first, &second] {
        let stopped = until(|| {
            let clock = clinic.ask(query, json!({"id": id}))["pathway"]["clock"].clone();
            (clock["state"] == "DECEASED").then_some(clock)
        });
        assert_eq!(stopped["periods"], json!([{"clockStop": "2026-02-10", "stopStatus": "36"}]));
    }
}

/// Asks again until there is an answer: a reactor works beside the server.
fn until<T>(ask: impl Fn() -> Option<T>) -> T {
    const ASKED_MAX: usize = 2_000;
    (0..ASKED_MAX).find_map(|_| ask()).expect("the reactor brings it about")
}

fn a_patient_sees_their_own_pathway_and_not_that_another_exists(mut clinic: Clinic) {
    let (mine, other) =
        ("00000000-0000-4000-8000-0000000000aa", "00000000-0000-4000-8000-0000000000bb");
    let id = clinic.pathway().0;
    let last =
        clinic.record(Some(&id), "2026-01-05", json!({"pathwaySubject": {"subjectRef": mine}}));
    let variables = json!({"id": id, "at": last["position"]});
    let own = clinic.server.token(Who::Patient(mine));
    let seen = clinic.server.ask(own.as_deref(), WHO, variables.clone());
    assert_eq!(seen["data"]["whoToContact"]["forQuestions"]["value"], "020 7946 0001", "{seen:#}");
    let stranger = clinic.server.token(Who::Patient(other));
    let hidden = clinic.server.ask(stranger.as_deref(), WHO, variables);
    let nowhere = json!({"id": "00000000-0000-4000-8000-00000000ffff"});
    let missing = clinic.server.ask(stranger.as_deref(), WHO, nowhere);
    assert_eq!(hidden, json!({"data": {"whoToContact": null}}));
    assert_eq!(hidden, missing);
}
