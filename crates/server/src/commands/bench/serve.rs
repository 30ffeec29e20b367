//! Serving: the patient's question, the figures of the list and pages of work lists over HTTP, to a bare
//! statement.

mod pages;

use std::{net::SocketAddr, sync::Arc, thread, time::Duration};

use anyhow::{Context, anyhow};
use api::{
    identity::{Principal, Standing},
    transport::{GRAPHQL_PATH, TransportConfig},
};
use rtt_extract::Part;
use serde_json::json;
use steps::{PathwayId, codes::Role};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use super::{
    Bench, Loaded, bare_route,
    finding::{Finding, Promise, percentile, real},
    load::{self, Answers, Crowd, Until},
};
use crate::{
    cli::BenchPart,
    commands::simulate::mixed,
    config::Settings,
    edge,
    house::House,
    telemetry,
    web::{self, Site},
};

const CLIENTS: usize = 16;
const BLOCKS: usize = 12;
const BLOCK: Duration = Duration::from_millis(500);
const WARM_UP: Duration = Duration::from_secs(1);
const FIGURES_ASKED: u64 = 20;
const TOKEN_SECONDS: u64 = 3_600;

const WHO: &str = "ownerPlain ownerOrganisation { code name } whatNext dueBy nextAppointment { startsAt place } expectedWait { medianWeeks percentile92Weeks method asOf } forQuestions { name channel value hours access verifiedOn } forDelay { name channel value hours access verifiedOn } ifWorse { name channel value hours access verifiedOn } toldPatientOn";

const FIGURES: &str = "groups { key total within18Weeks within18WeeksShare medianWeeks percentile92Weeks over52Weeks over65Weeks over78Weeks }";

/// What the asking thread needs.
struct Questions {
    who: Box<load::Ask>,
    bare: Box<load::Ask>,
    figures: Box<load::Ask>,
    pages: Box<load::Ask>,
}

/// What it brought back.
#[derive(Default)]
struct Asked {
    who: Answers,
    bare: Answers,
    figures: Answers,
    pages: Answers,
}

/// Serves what was loaded, and asks.
pub(super) async fn measure(
    bench: &Bench,
    settings: &Settings,
    loaded: &Loaded,
) -> anyhow::Result<Vec<Finding>> {
    let house = House::open(&loaded.dir).await?;
    house.caught_up().await?;
    let key = web::token_key(&house.cellar.secrets)?;
    let token = key.sign(staff()?, edge::seconds(), TOKEN_SECONDS)?;
    let questions = Questions::new(bench, loaded, &token);
    let metrics = telemetry::start_metrics()?;
    let config = TransportConfig::new(Arc::new(key.clone()), Arc::new(edge::seconds));
    let site = Site { settings, house: &house, key, metrics };
    let shutdown = CancellationToken::new();
    let reader = house.world.next_steps.clone();
    let router = web::router(site, shutdown.clone(), TaskTracker::new());
    let router = router.merge(bare_route::router(reader, config));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let stopped = shutdown.clone();
    let server = axum::serve(listener, router)
        .with_graceful_shutdown(async move { stopped.cancelled().await });
    let server = tokio::spawn(server.into_future());
    let asked = tokio::task::spawn_blocking(move || on_own_thread(address, questions)).await?;
    shutdown.cancel();
    server.await??;
    house.close().await;
    findings(bench, loaded, asked?)
}

fn staff() -> anyhow::Result<Principal> {
    let bad = |bad| anyhow!("{bad}");
    Ok(Principal {
        user: "bench".parse().map_err(bad)?,
        standing: Standing::Staff,
        role: Role::Clinician,
        organisation: "WAYMARK".parse().map_err(bad)?,
        subject: None,
    })
}

impl Questions {
    fn new(bench: &Bench, loaded: &Loaded, token: &str) -> Self {
        let pathways: Arc<[PathwayId]> = loaded.pathways.as_slice().into();
        let nth = move |n: u64| {
            let place = usize::try_from(mixed(n) % (pathways.len() as u64).max(1));
            place.ok().and_then(|place| pathways.get(place)).map_or(Uuid::nil(), |id| id.0)
        };
        let token_of_pages = token.to_owned();
        let (nth_again, token) = (nth.clone(), token.to_owned());
        let token_again = token.clone();
        let figures = post(GRAPHQL_PATH, &token, &json!({ "query": figures_query(bench) }));
        Self {
            who: Box::new(move |n| {
                let query = format!("{{ whoToContact(pathwayId: \"{}\") {{ {WHO} }} }}", nth(n));
                post(GRAPHQL_PATH, &token, &json!({ "query": query }))
            }),
            bare: Box::new(move |n| {
                post(bare_route::PATH, &token_again, &json!({ "id": nth_again(n) }))
            }),
            figures: Box::new(move |_n| figures.clone()),
            pages: pages::questions(bench, token_of_pages),
        }
    }
}

fn figures_query(bench: &Bench) -> String {
    let census = bench.extract.census;
    format!("{{ waitingTimes(on: \"{census}\", groupBy: TREATMENT_FUNCTION) {{ {FIGURES} }} }}")
}

fn post(path: &str, token: &str, body: &serde_json::Value) -> Vec<u8> {
    let body = body.to_string();
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\naccept: application/graphql-response+json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Asks from a thread whose processor time can be told from the server's.
fn on_own_thread(server: SocketAddr, questions: Questions) -> anyhow::Result<Asked> {
    let asking = thread::Builder::new().name(load::THREAD.to_owned()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(ask(server, &questions))
    });
    asking?.join().map_err(|_panic| anyhow!("the asking thread panicked"))?
}

async fn ask(server: SocketAddr, questions: &Questions) -> anyhow::Result<Asked> {
    let mut crowd = Crowd::connect(server, CLIENTS).await?;
    let mut asked = Asked::default();
    crowd.ask(Until::Elapsed(WARM_UP), &*questions.who).await?;
    crowd.ask(Until::Elapsed(WARM_UP), &*questions.bare).await?;
    for _block in 0..BLOCKS {
        asked.who.add(crowd.ask(Until::Elapsed(BLOCK), &*questions.who).await?);
        let mut bare = crowd.ask(Until::Elapsed(BLOCK), &*questions.bare).await?;
        bare.bodies.clear();
        asked.bare.add(bare);
    }
    let mut one = Crowd::connect(server, 1).await?;
    one.ask(Until::Each(2), &*questions.figures).await?;
    asked.figures = one.ask(Until::Each(FIGURES_ASKED), &*questions.figures).await?;
    one.ask(Until::Each(2), &*questions.pages).await?;
    asked.pages = one.ask(Until::Each(pages::ASKED), &*questions.pages).await?;
    Ok(asked)
}

fn findings(bench: &Bench, loaded: &Loaded, asked: Asked) -> anyhow::Result<Vec<Finding>> {
    let mut all = Vec::new();
    if bench.wants(BenchPart::WhoToContact) {
        all.extend(who_findings(loaded, asked.who, asked.bare));
    }
    if bench.wants(BenchPart::WaitingTimes) {
        all.push(figures_finding(bench, &asked.figures)?);
    }
    if bench.wants(BenchPart::WorkLists) {
        all.push(pages::finding(&asked.pages)?);
    }
    Ok(all)
}

fn who_findings(loaded: &Loaded, who: Answers, bare: Answers) -> Vec<Finding> {
    let (mut who, mut bare) = (who, bare);
    let answers = who.bodies.len() as u64;
    let with_three = who.bodies.iter().filter(|body| has_three_contacts(body)).count() as u64;
    let first = who.bodies.first().map(|body| String::from_utf8_lossy(body).into_owned());
    tracing::debug!(answer = first.unwrap_or_default(), "the first answer");
    let cpu_finding = cpu_finding(&who, &bare);
    let counted = format!(
        "{} pathways, {CLIENTS} clients, {answers} and {} answers in blocks of {} ms in turn",
        loaded.pathways.len(),
        bare.micros.len(),
        BLOCK.as_millis()
    );
    let mut ratio = |name, share| {
        let (mine, theirs) =
            (percentile(&mut who.micros, share), percentile(&mut bare.micros, share));
        let how = format!("{mine:.0} to {theirs:.0} µs");
        Finding { name, measured: mine / theirs, unit: "x", promise: Promise::AtMost(2.0), how }
    };
    let (median, tail) = (
        ratio("whoToContact to a bare statement, median", 0.5),
        ratio("whoToContact to a bare statement, 99th percentile", 0.99),
    );
    vec![
        Finding { how: format!("{}; {counted}", median.how), ..median },
        tail,
        cpu_finding,
        Finding {
            name: "whoToContact, answers with three contacts",
            measured: 100.0 * real(with_three) / real(answers.max(1)),
            unit: "%",
            promise: Promise::AtLeast(99.0),
            how: format!("{with_three} of {answers} answers, each parsed"),
        },
    ]
}

fn cpu_finding(who: &Answers, bare: &Answers) -> Finding {
    let cpu = |asked: &Answers| asked.server * 1_000_000.0 / real(asked.micros.len() as u64);
    let (mine, theirs) = (cpu(who), cpu(bare));
    Finding {
        name: "whoToContact to a bare statement, CPU a request",
        measured: mine / theirs,
        unit: "x",
        promise: Promise::AtMost(2.0),
        how: format!("{mine:.0} to {theirs:.0} µs of the server's threads"),
    }
}

fn has_three_contacts(body: &[u8]) -> bool {
    let Ok(answer) = serde_json::from_slice::<serde_json::Value>(body) else { return false };
    ["forQuestions", "forDelay", "ifWorse"].iter().all(|line| {
        let told = |field: &str| {
            let value = answer.pointer(&format!("/data/whoToContact/{line}/{field}"));
            value.and_then(serde_json::Value::as_str).unwrap_or_default()
        };
        let channel = told("channel");
        !told("name").is_empty()
            && !told("value").is_empty()
            && !channel.is_empty()
            && channel != "NOT_RECORDED"
    })
}

fn figures_finding(bench: &Bench, asked: &Answers) -> anyhow::Result<Finding> {
    let body = asked.bodies.last().context("nobody asked for the figures")?;
    let answer: serde_json::Value = serde_json::from_slice(body)?;
    let groups = answer.pointer("/data/waitingTimes/groups").and_then(serde_json::Value::as_array);
    let groups = groups.with_context(|| format!("no figures but {answer}"))?;
    let total: u64 = groups.iter().filter_map(|group| group.get("total")?.as_u64()).sum();
    let listed: u64 =
        bench.extract.rows_of(Part::Incomplete).map(|row| u64::from(row.total_all)).sum();
    Ok(Finding {
        name: "waitingTimes by treatment function, CPU a request",
        measured: asked.server * 1_000.0 / real(FIGURES_ASKED),
        unit: "ms",
        promise: Promise::AtMost(50.0),
        how: format!("{} groups, {total} of {listed} pathways counted", groups.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(channel: &str) -> Vec<u8> {
        let line =
            |channel| serde_json::json!({"name": "Line", "channel": channel, "value": "020"});
        let lines = serde_json::json!({
            "forQuestions": line("TELEPHONE"), "forDelay": line("TELEPHONE"), "ifWorse": line(channel),
        });
        serde_json::json!({"data": {"whoToContact": lines}}).to_string().into_bytes()
    }

    #[test]
    fn an_answer_counts_only_if_all_three_lines_reach_somebody() {
        assert!(has_three_contacts(&answer("TELEPHONE")));
        assert!(!has_three_contacts(&answer("NOT_RECORDED")));
        assert!(!has_three_contacts(b"{\"data\":{\"whoToContact\":null}}"));
    }
}
