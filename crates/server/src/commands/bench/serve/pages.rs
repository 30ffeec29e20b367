//! Pages of work lists: what each hospital of the list has to do, the most overdue first.

use std::collections::BTreeMap;

use anyhow::Context;
use api::transport::GRAPHQL_PATH;
use rtt_extract::Part;
use serde_json::{Value, json};

use super::{
    super::{
        Bench,
        finding::{Finding, Promise, real},
        load::{self, Answers},
    },
    post,
};

/// Pages asked for.
pub(super) const ASKED: u64 = 100;

/// Steps on a page: the default of the schema.
const PAGE: usize = 50;

/// The hospitals that are asked about in turn: those with the longest lists.
const HOSPITALS: usize = 20;

const NODES: &str = "nodes { pathwayId since alsoOpen whoToContact { state ownerPlain whatNext dueBy dueInWords overdue notYet forQuestions { name value hours checked } } } pageInfo { hasNextPage endCursor }";

/// Asks for the first page of each of the longest lists in turn.
pub(super) fn questions(bench: &Bench, token: String) -> Box<load::Ask> {
    let mut lists: BTreeMap<&str, u64> = BTreeMap::new();
    for row in bench.extract.rows_of(Part::Incomplete) {
        *lists.entry(row.provider.as_str()).or_default() += u64::from(row.total_all);
    }
    let mut lists: Vec<(u64, &str)> = lists.into_iter().map(|(code, n)| (n, code)).collect();
    lists.sort_unstable_by(|one, other| other.cmp(one));
    let longest = lists.iter().take(HOSPITALS).map(|(_, code)| {
        let query =
            format!("{{ nextSteps(organisation: \"{code}\", first: {PAGE}) {{ {NODES} }} }}");
        post(GRAPHQL_PATH, &token, &json!({ "query": query }))
    });
    let longest: Vec<Vec<u8>> = longest.collect();
    Box::new(move |n| {
        let place = usize::try_from(n).unwrap_or(0) % longest.len().max(1);
        longest.get(place).cloned().unwrap_or_default()
    })
}

/// What a page costs.
pub(super) fn finding(asked: &Answers) -> anyhow::Result<Finding> {
    let mut steps = 0;
    for body in &asked.bodies {
        let answer: Value = serde_json::from_slice(body)?;
        let nodes = answer.pointer("/data/nextSteps/nodes").and_then(Value::as_array);
        steps += nodes.with_context(|| format!("no page but {answer}"))?.len();
    }
    Ok(Finding {
        name: "nextSteps, CPU a page",
        measured: asked.server * 1_000.0 / real(ASKED),
        unit: "ms",
        promise: Promise::AtMost(5.0),
        how: format!("{ASKED} pages of the longest lists, {steps} steps, overdue first"),
    })
}
