//! A kept plan answers in the very bytes that the executor gives, and leaves the rest to it.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicUsize, Ordering},
};

use api::{
    KeptPlans,
    transport::{Lesson, Shortcut},
};
use proptest::{
    collection::vec,
    option::weighted,
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};

use super::*;

const CASES: u32 = 300;

/// What is asked, as the client writes it down.
#[derive(Debug, Clone)]
struct Case {
    viewer: Viewer,
    operation: &'static str,
    operation_name: Option<&'static str>,
    kind: &'static str,
    questions: Vec<Question>,
    beside: &'static str,
}

#[derive(Debug, Clone)]
struct Question {
    alias: Option<&'static str>,
    pathway: Value,
    inline: bool,
    more: &'static str,
    fields: Vec<String>,
}

impl Case {
    /// The body of the request, the nth pathway asked about moved on by `shift`.
    fn body(&self, shift: usize) -> Value {
        let (mut kinds, mut fields) = (String::new(), String::new());
        let mut variables = json!({ "nobody": 1 });
        for (nth, question) in self.questions.iter().enumerate() {
            let pathway = question.pathway(shift);
            let asked = if question.inline {
                pathway.to_string()
            } else {
                write!(kinds, "$v{nth}: {} ", self.kind).unwrap();
                variables[format!("v{nth}")] = pathway;
                format!("$v{nth}")
            };
            let alias = question.alias.map_or(String::new(), |alias| format!("{alias}: "));
            let (more, within) = (question.more, question.fields.join(" "));
            write!(fields, "{alias}whoToContact(pathwayId: {asked}{more}) {{ {within} }} ")
                .unwrap();
        }
        let kinds = if kinds.is_empty() { kinds } else { format!("({kinds})") };
        let operation = if kinds.is_empty() { self.operation } else { "query Q" };
        let query = format!("{operation}{kinds} {{ {fields}{} }}", self.beside);
        json!({ "query": query, "variables": variables, "operationName": self.operation_name })
    }
}

impl Question {
    fn pathway(&self, shift: usize) -> Value {
        let ours = Story::ALL.iter().position(|story| self.pathway == json!(story.pathway()));
        ours.map_or_else(
            || self.pathway.clone(),
            |nth| json!(Story::ALL[(nth + shift) % Story::ALL.len()].pathway()),
        )
    }
}

fn leaves(names: &'static [&'static str]) -> impl Strategy<Value = String> {
    let odd = prop_oneof![
        400 => Just(""),
        1 => Just(" @include(if: true)"),
        1 => Just(" @skip(if: true)"),
        1 => Just(" # \"words\"\n"),
        1 => Just(" { deeper }"),
    ];
    let name = prop_oneof![400 => select(names), 20 => Just("__typename"), 1 => Just("nope")];
    (alias(), name, odd).prop_map(|(alias, name, odd)| format!("{alias}{name}{odd}"))
}

/// Mostly one of its own, for a key that stands twice is the executor's.
fn alias() -> impl Strategy<Value = String> {
    let many = (0..500).prop_map(|nth| format!("x{nth}: "));
    prop_oneof![5 => Just(String::new()), 40 => many, 1 => Just("state: ".to_owned())]
}

fn object(name: &'static str, of: &'static [&'static str]) -> BoxedStrategy<String> {
    let within = vec(leaves(of), 1..6);
    (alias(), within).prop_map(move |(a, w)| format!("{a}{name} {{ {} }}", w.join(" "))).boxed()
}

fn field() -> impl Strategy<Value = String> {
    const LINE: &[&str] = &[
        "name",
        "channel",
        "value",
        "hours",
        "access",
        "verifiedOn",
        "checked",
        "notDigital",
        "note",
    ];
    let own = &[
        "state",
        "ownerPlain",
        "ownerRole",
        "whatNext",
        "dueBy",
        "dueInWords",
        "overdue",
        "notYet",
    ];
    prop_oneof![
        100 => leaves(own),
        20 => leaves(&["toldPatientOn"]),
        20 => object("ownerOrganisation", &["code", "name"]),
        20 => object("nextAppointment", &["startsAt", "place"]),
        20 => object("expectedWait", &["medianWeeks", "percentile92Weeks", "method", "asOf"]),
        20 => object("forQuestions", LINE),
        20 => object("forDelay", LINE),
        20 => object("ifWorse", LINE),
        1 => Just("... on Contacts { state }".to_owned()),
        1 => Just("ownerOrganisation".to_owned()),
    ]
}

fn question() -> impl Strategy<Value = Question> {
    let story = select(&Story::ALL[..]).prop_map(|story| json!(story.pathway()));
    let global = Just(json!(format!("Pathway:{}", Story::Patient.pathway())));
    let nobodys = Just(json!("d0000000-0000-4000-8000-0000000fffff"));
    let odd = select(vec![json!("not one"), json!("malformed"), json!("\n"), json!(7), json!("")]);
    let pathway =
        prop_oneof![80 => story, 6 => global, 6 => nobodys, 2 => odd, 1 => Just(json!(null))];
    let more = prop_oneof![
        60 => Just(""),
        1 => Just(", atLeast: \"p1\""),
        1 => Just(", asKnownAt: \"2026-01-31T09:00:00Z\""),
        1 => Just(", asKnownAt: \"2999-01-31T09:00:00Z\""),
    ];
    let alias = weighted(0.5, select(vec!["a", "b", "c", "d"]));
    (alias, pathway, any::<bool>(), more, vec(field(), 1..10)).prop_map(
        |(alias, pathway, inline, more, fields)| Question { alias, pathway, inline, more, fields },
    )
}

fn case() -> impl Strategy<Value = Case> {
    let operation = prop_oneof![
        16 => Just(""),
        8 => Just("query"),
        8 => Just("query Q"),
        1 => Just("query Q @include(if: true)"),
        1 => Just("mutation"),
    ];
    let kind = prop_oneof![24 => Just("ID!"), 1 => Just("ID"), 1 => Just("ID! = \"x\"")];
    let name = prop_oneof![16 => Just(None), 2 => Just(Some("Q")), 1 => Just(Some("R"))];
    let beside =
        prop_oneof![40 => Just(""), 1 => Just("__typename"), 1 => Just("myPathways { id }")];
    (select(&Viewer::ALL[..]), operation, name, kind, vec(question(), 1..3), beside).prop_map(
        |(viewer, operation, operation_name, kind, questions, beside)| Case {
            viewer,
            operation,
            operation_name,
            kind,
            questions,
            beside,
        },
    )
}

/// Counts what the plans answer, so that no comparison is one of the executor with itself.
struct Counted {
    plans: KeptPlans,
    answered: Arc<AtomicUsize>,
}

impl Shortcut for Counted {
    fn answer(&self, request: &async_graphql::Request) -> Option<Vec<u8>> {
        let answer = self.plans.answer(request);
        self.answered.fetch_add(usize::from(answer.is_some()), Ordering::Relaxed);
        answer
    }

    fn lesson(&self, request: &mut async_graphql::Request) -> Option<Lesson> {
        self.plans.lesson(request)
    }
}

/// The town behind two doors at one moment: the executor's, and one that keeps plans.
struct TwoDoors {
    town: Town,
    executor: Router,
    keeping: Router,
    answered: Arc<AtomicUsize>,
}

impl TwoDoors {
    async fn open() -> Self {
        let town = Town::seeded().await;
        let mut world = town.house.world.clone();
        let now = edge::now();
        world.now = Arc::new(move || now);
        let door = |shortcut| {
            let key = Arc::new(web::token_key(&town.house.cellar.secrets).unwrap());
            let mut config = TransportConfig::new(key, Arc::new(edge::seconds));
            config.shortcut = shortcut;
            transport::router(api::schema::schema(world.clone()), config)
        };
        let answered = Arc::new(AtomicUsize::new(0));
        let plans = KeptPlans::new(world.clone());
        let counted = Counted { plans, answered: Arc::clone(&answered) };
        let (executor, keeping) = (door(None), door(Some(Arc::new(counted))));
        Self { town, executor, keeping, answered }
    }

    /// What both doors say to one request, as one text each.
    async fn ask(&self, viewer: Viewer, body: &Value) -> (String, String) {
        let token = &self.town.tokens.iter().find(|(one, _)| *one == viewer).unwrap().1;
        (told(&self.executor, token, body).await, told(&self.keeping, token, body).await)
    }

    fn answered(&self) -> usize {
        self.answered.load(Ordering::Relaxed)
    }
}

async fn told(router: &Router, token: &str, body: &Value) -> String {
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/graphql-response+json")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::from(body.to_string()))
        .unwrap();
    let (head, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    format!("{} {:?} {}", head.status, head.headers, String::from_utf8(body.to_vec()).unwrap())
}

#[test]
fn plans_and_the_executor_answer_any_document_in_the_same_bytes() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let doors = runtime.block_on(TwoDoors::open());
    let config = Config { failure_persistence: None, ..Config::with_cases(CASES) };
    let mut runner = TestRunner::new(config);
    let compared = runner.run(&case(), |case| {
        // Learnt at the first, answered by the plan about this pathway and about others after.
        for shift in [0, 0, 1, 5] {
            let body = case.body(shift);
            let (executor, keeping) = runtime.block_on(doors.ask(case.viewer, &body));
            prop_assert_eq!(executor, keeping, "{}", body);
        }
        Ok(())
    });
    compared.unwrap();
    // Of three that could be, for each case.
    let answered = doors.answered();
    assert!(answered > CASES as usize, "only {answered} answers came from plans");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_learnt_from_one_caller_gives_no_other_what_is_not_theirs() {
    let doors = TwoDoors::open().await;
    let query =
        "query Q($id: ID!) { whoToContact(pathwayId: $id) { state forQuestions { value } } }";
    let body = |story: Story| json!({"query": query, "variables": {"id": story.pathway()}});
    for _learnt in 0..2 {
        let (_, staff) = doors.ask(Viewer::Booking, &body(Story::LongWaiter)).await;
        assert!(staff.contains("\"state\":"), "{staff}");
    }
    let (_, other) = doors.ask(Viewer::Patient, &body(Story::LongWaiter)).await;
    assert!(other.ends_with(r#" {"data":{"whoToContact":null}}"#), "{other}");
    let (_, own) = doors.ask(Viewer::Patient, &body(Story::Patient)).await;
    assert!(own.contains("\"state\":\"BOOKED\""), "{own}");
    assert_eq!(doors.answered(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_answered_by_a_plan_without_a_token() {
    let doors = TwoDoors::open().await;
    let query =
        format!("{{ whoToContact(pathwayId: \"{}\") {{ state }} }}", Story::Patient.pathway());
    let body = json!({ "query": query });
    doors.ask(Viewer::Patient, &body).await;
    let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
    let request = request.body(Body::from(body.to_string())).unwrap();
    let answer = doors.keeping.clone().oneshot(request).await.unwrap();
    let answer = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert_eq!(doors.answered(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_agreed_question_is_answered_by_a_plan_from_the_second_time_on() {
    let doors = TwoDoors::open().await;
    let (_, agreed) = READY_QUERIES[0];
    assert!(agreed.contains("whoToContact"), "{agreed}");
    for (times, story) in Story::ALL.into_iter().enumerate() {
        let query =
            agreed.replace(&Story::Patient.pathway().to_string(), &story.pathway().to_string());
        let (executor, keeping) = doors.ask(Viewer::Auditor, &json!({ "query": query })).await;
        assert_eq!(executor, keeping);
        assert_eq!(doors.answered(), times);
    }
}
