//! A suspected cancer with a test: the clocks beside the RTT clock, why each moved, and the figures.

use std::process::Command;

use serde_json::{Value, json};
use waymark_tests::{Server, Who, waymark};

const PATHWAY: &str = "00000000-0000-4000-8000-0000000000c1";

const RECORD: &str = "mutation($input: RecordInput!) { record(input: $input) { __typename
    ... on StepRecorded { eventId position } ... on StepRefused { code field message } } }";

const CLOCKS: &str = "query($id: ID!) { pathway(id: $id) {
    clock { state periods { clockStart clockStop days } why { title effect rule { row } } }
    cancerClocks { clocks { standard part start stop days isWithin withinDaysMax counts provider }
        why { title on standard effect reason recordedBy rule { code certainty source } } }
    diagnosticClocks { clocks { test firstStart start stop days isWithin }
        why { title on effect rule { code } } } } }";

const FIGURES: &str = "query($at: Position) {
    cancerWaits(month: \"2026-02\", provider: \"RJ1\", atLeast: $at) { month figures {
        standard number within share unjudged targets { title id atLeast isMet certainty }
        parts { key number within } } }
    one: cancerWaits(month: \"2026-03\", standard: CANCER_62_DAY) { figures {
        standard number within targets { atLeast isMet } } }
    before: diagnosticWaits(on: \"2026-01-31\", provider: \"RJ1\", groupBy: TEST) { on groups {
        key waiting sixWeeksOrMore share targets { atMost isMet } } }
    after: diagnosticWaits(on: \"2026-02-28\", groupBy: TEST) { groups {
        key waiting sixWeeksOrMore thirteenWeeksOrMore } } }";

const LISTS: &str = "query($at: Position) {
    cancerWaits(month: \"2026-02\", standard: CANCER_28_DAY, atLeast: $at) { figures { number within
        pathways { nodes { pathwayId days isWithin stoppedBy { rule event } } }
        withinIt: pathways(of: WITHIN) { nodes { pathwayId } }
        parts { pathways(of: OVER) { nodes { pathwayId } } } } }
    diagnosticWaits(on: \"2026-02-22\", atLeast: $at) { groups { waiting sixWeeksOrMore
        pathways { nodes { pathwayId daysWaited } }
        tooLong: pathways(of: SIX_WEEKS_OR_MORE) { nodes { pathwayId } } } } }";

const STEPS: &str = "query($id: ID!) { history(pathwayId: $id, first: 100) { nodes { eventId } } }";

struct Clinic {
    dir: tempfile::TempDir,
    server: Server,
    token: Option<String>,
    commands: u32,
    position: Value,
}

impl Clinic {
    fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let server = Server::over(&dir.path().join("data"));
        let token = server.token(Who::Staff("BOOKING_TEAM", "RJ1"));
        Self { dir, server, token, commands: 0, position: Value::Null }
    }

    fn ask(&self, query: &str, variables: Value) -> Value {
        let answer = self.server.ask(self.token.as_deref(), query, variables);
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].clone()
    }

    fn record(&mut self, on: &str, name: &str, fields: Value) {
        self.commands += 1;
        let command = format!("00000000-0000-4000-8000-{:012}", 300 + self.commands);
        let input = json!({"pathway": {"id": PATHWAY}, "occurredAt": on, "commandId": command,
            "step": {name: fields}});
        let recorded = self.ask(RECORD, json!({"input": input}))["record"].clone();
        assert_eq!(recorded["__typename"], "StepRecorded", "{recorded:#}");
        self.position = recorded["position"].clone();
    }

    /// Referred on 5 January, seen on the 12th, a test missed on 2 February, told on the 3rd,
    /// treated on 8 March.
    fn journey(&mut self) {
        self.record(
            "2026-01-05",
            "referralReceived",
            json!({"provider": "RJ1", "service": "RJ1.breast", "rttScope": "IN_SCOPE",
                "function": "C_100", "commissioner": "72Q", "route": "OTHER",
                "referralPurpose": "TREATMENT"}),
        );
        let opened = json!({"cancerRoute": "URGENT_SUSPECTED_CANCER", "provider": "RJ1"});
        self.record("2026-01-05", "cancerPathwayOpened", opened);
        let seen =
            json!({"appointmentId": "A1", "provider": "RJ1", "attendanceCode": "ATTENDED_ON_TIME"});
        self.record("2026-01-12", "outpatientAttended", seen);
        let test = json!({"testId": "T1", "testName": "MRI of the breast", "modality": "IMAGING",
            "dm01": true, "dm01Test": "MAGNETIC_RESONANCE_IMAGING", "requester": "RJ1",
            "provider": "RJ1", "urgency": "URGENT"});
        self.record("2026-01-12", "testRequested", test);
        let booked = json!({"appointmentId": "A2", "startsAt": "2026-02-02T10:00:00Z",
            "bookingKind": "TEST", "provider": "RJ1"});
        self.record("2026-01-13", "appointmentBooked", booked);
        let missed = json!({"appointmentId": "A2", "appointmentDate": "2026-02-02",
            "attendanceCode": "DID_NOT_ATTEND", "provider": "RJ1"});
        self.record("2026-02-02", "dnaRecorded", missed);
        let told = json!({"diagnosisOutcome": "CANCER", "provider": "RJ1"});
        self.record("2026-02-03", "diagnosisCommunicated", told);
        let surgery = json!({"cancerModality": "SURGERY", "cancerTreatmentEvent": "FIRST",
            "provider": "RJ1"});
        self.record("2026-02-05", "cancerTreatmentDecided", surgery.clone());
        self.record("2026-03-08", "cancerTreatmentStarted", surgery);
    }

    /// The view as it was kept live equals its rebuild and a replay of the log.
    fn rebuilt_is_live(self) {
        self.server.kill();
        let (data, into) = (self.dir.path().join("data"), self.dir.path().join("replayed"));
        let at = ["--data-dir", data.to_str().unwrap()];
        let rebuilt = row_of(&[&["rebuild"], &at[..]].concat());
        let replayed =
            row_of(&[&["replay"], &at[..], &["--into", into.to_str().unwrap()]].concat());
        assert_eq!(rebuilt[3], "0, 0, 0", "live differs from its rebuild: {rebuilt:?}");
        assert_eq!(rebuilt[2], replayed[2]);
    }
}

/// The row of our view in the table that a command prints.
fn row_of(arguments: &[&str]) -> Vec<String> {
    let rows = table(arguments);
    let found = rows.iter().find(|row| row[0] == "cancer-and-diagnostics");
    found.cloned().unwrap_or_else(|| panic!("{rows:?}"))
}

/// The rows of a table that a command prints.
fn table(arguments: &[&str]) -> Vec<Vec<String>> {
    let output = Command::new(waymark()).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said} {}", String::from_utf8_lossy(&output.stderr));
    let rows = said.lines().filter(|line| line.starts_with('|'));
    let cells =
        |row: &str| row.trim_matches('|').split('|').map(|one| one.trim().to_owned()).collect();
    rows.map(cells).collect()
}

fn effects(why: &Value, standard: &str) -> Vec<String> {
    let moves = why.as_array().unwrap().iter();
    let ours = moves.filter(|one| one.get("standard").is_none_or(|one| one == standard));
    let line = |one: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        format!("{} {} {}", text(&one["on"]), text(&one["rule"]["code"]), text(&one["effect"]))
    };
    ours.map(line).collect()
}

#[test]
fn a_suspected_cancer_with_a_missed_test_shows_each_clock_its_why_and_the_figures() {
    let mut clinic = Clinic::open();
    clinic.journey();

    let pathway = clinic.ask(CLOCKS, json!({"id": PATHWAY}))["pathway"].clone();
    let rtt = &pathway["clock"];
    assert_eq!(rtt["state"], "TICKING", "no cancer step stops the RTT clock");
    assert_eq!(rtt["periods"][0]["clockStart"], "2026-01-05");
    let cancer = &pathway["cancerClocks"];
    let clock = |place: usize| {
        let one = &cancer["clocks"][place];
        json!([
            one["standard"],
            one["start"],
            one["stop"],
            one["days"],
            one["isWithin"],
            one["counts"]
        ])
    };
    assert_eq!(clock(0), json!(["CANCER_28_DAY", "2026-01-05", "2026-02-03", 29, false, true]));
    assert_eq!(clock(1), json!(["CANCER_62_DAY", "2026-01-05", "2026-03-08", 62, true, true]));
    assert_eq!(clock(2), json!(["CANCER_31_DAY", "2026-02-05", "2026-03-08", 31, true, true]));
    assert_eq!(
        effects(&cancer["why"], "CANCER_28_DAY"),
        [
            "2026-01-05 SUSPECTED_CANCER_REFERRAL STARTED",
            "2026-02-02 FIRST_APPOINTMENT_MISSED STAYED",
            "2026-02-03 PATIENT_TOLD STOPPED",
        ]
    );
    let stayed = &cancer["why"].as_array().unwrap().iter().find(|one| one["effect"] == "STAYED");
    let stayed = stayed.unwrap();
    assert_eq!(stayed["rule"]["certainty"], "OWN_KNOWLEDGE");
    assert_eq!(stayed["recordedBy"], "the booking team at RJ1");
    assert!(stayed["reason"].as_str().unwrap().starts_with("Only a missed first appointment"));

    let test = &pathway["diagnosticClocks"]["clocks"][0];
    assert_eq!(test["test"], "MAGNETIC_RESONANCE_IMAGING");
    assert_eq!((&test["firstStart"], &test["start"]), (&json!("2026-01-12"), &json!("2026-02-02")));
    assert_eq!(
        effects(&pathway["diagnosticClocks"]["why"], "DM01"),
        ["2026-01-12 TEST_REQUESTED STARTED", "2026-02-02 TEST_APPOINTMENT_MISSED RESET"]
    );

    let figures = clinic.ask(FIGURES, json!({"at": clinic.position}));
    let february = &figures["cancerWaits"];
    assert_eq!(february["month"], "2026-02");
    let told = &february["figures"][0];
    assert_eq!(
        (&told["standard"], &told["number"], &told["within"], &told["share"]),
        (&json!("CANCER_28_DAY"), &json!(1), &json!(0), &json!(0.0))
    );
    assert_eq!(
        (&told["targets"][0]["atLeast"], &told["targets"][0]["isMet"]),
        (&json!(0.75), &json!(false))
    );
    assert_eq!(february["figures"][2]["number"], 0, "nobody was treated in February");
    assert_eq!(february["figures"][2]["targets"][0]["isMet"], Value::Null);
    let march = &figures["one"]["figures"];
    assert_eq!(march.as_array().unwrap().len(), 1);
    assert_eq!((&march[0]["number"], &march[0]["within"]), (&json!(1), &json!(1)));
    assert_eq!(march[0]["targets"].as_array().unwrap().len(), 2, "the standard and its milestone");
    assert_eq!(
        figures["before"]["groups"],
        json!([{"key": "MAGNETIC_RESONANCE_IMAGING", "waiting": 1, "sixWeeksOrMore": 0,
            "share": 0.0, "targets": [{"atMost": 0.01, "isMet": true}]}])
    );
    assert_eq!(figures["after"]["groups"][0]["waiting"], 1);

    clinic.rebuilt_is_live();
}

#[test]
fn each_figure_opens_to_its_pathways_and_these_to_their_steps() {
    let mut clinic = Clinic::open();
    clinic.journey();
    let lists = clinic.ask(LISTS, json!({"at": clinic.position}));
    let february = &lists["cancerWaits"]["figures"][0];
    assert_eq!((&february["number"], &february["within"]), (&json!(1), &json!(0)));
    let told = &february["pathways"]["nodes"];
    assert_eq!(told.as_array().unwrap().len(), 1);
    assert_eq!(told[0]["pathwayId"], PATHWAY);
    assert_eq!((&told[0]["days"], &told[0]["isWithin"]), (&json!(29), &json!(false)));
    assert_eq!(told[0]["stoppedBy"]["rule"], "PATIENT_TOLD");
    assert_eq!(february["withinIt"]["nodes"], json!([]));
    assert_eq!(february["parts"][0]["pathways"]["nodes"], json!([{"pathwayId": PATHWAY}]));
    let tests = &lists["diagnosticWaits"]["groups"][0];
    assert_eq!((&tests["waiting"], &tests["sixWeeksOrMore"]), (&json!(1), &json!(0)));
    assert_eq!(tests["pathways"]["nodes"], json!([{"pathwayId": PATHWAY, "daysWaited": 20}]));
    assert_eq!(tests["tooLong"]["nodes"], json!([]));

    let asked = json!({"id": PATHWAY});
    let history = clinic.ask(STEPS, asked)["history"]["nodes"].clone();
    let steps: Vec<_> = history.as_array().unwrap().iter().map(|one| &one["eventId"]).collect();
    assert!(steps.contains(&&told[0]["stoppedBy"]["event"]), "{history:#} {told:#}");
}

#[test]
fn the_lists_behind_the_figures_are_not_for_patients() {
    let clinic = Clinic::open();
    let token = clinic.server.token(Who::Patient("00000000-0000-4000-8000-0000000000d1"));
    let answer = clinic.server.ask(token.as_deref(), LISTS, json!({"at": null}));
    assert_eq!(answer["data"], Value::Null, "{answer:#}");
    let refused = answer["errors"].as_array().unwrap().iter();
    assert!(refused.map(|one| &one["extensions"]["code"]).all(|code| code == "FORBIDDEN"));
}

#[test]
fn a_month_a_day_or_a_provider_that_cannot_be_is_refused_with_what_would_be_right() {
    let clinic = Clinic::open();
    let refused = |query: &str| {
        let answer = clinic.server.ask(clinic.token.as_deref(), query, json!({}));
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{answer:#}");
        error["message"].as_str().unwrap().to_owned()
    };
    let waits = |arguments: &str| format!("{{ cancerWaits({arguments}) {{ month }} }}");
    assert_eq!(refused(&waits("month: \"2026-13\"")), "`month`: expected a month, such as 2026-01");
    assert_eq!(
        refused(&waits("month: \"2999-01\"")),
        "`month` is in the future: expected this month or one before"
    );
    let provider = refused(&waits("month: \"2026-01\", provider: \"not a code\""));
    assert!(provider.starts_with("`provider`: expected"), "{provider}");
    assert_eq!(
        refused("{ diagnosticWaits(on: \"2999-01-31\") { on } }"),
        "`on` is in the future: expected today or a day before"
    );
    let nobody = clinic
        .ask("{ diagnosticWaits(on: \"2026-01-31\") { groups { key waiting share } } }", json!({}));
    assert_eq!(
        nobody["diagnosticWaits"]["groups"],
        json!([{"key": "TOTAL", "waiting": 0, "share": null}])
    );
}
