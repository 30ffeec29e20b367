//! What changed in a month's return between two moments, and the steps that changed it.

use std::{
    collections::{BTreeMap, BTreeSet},
    pin::pin,
};

use chrono::{DateTime, SecondsFormat, Utc};
use comfy_table::Table;
use event_store::{Category, EventStore, Position, StoredEvent, StreamId, pages_between};
use futures::StreamExt;
use pathway::london;
use rtt_extract::{Extract, Part};
use serde::Serialize;
use steps::{OccurredAt, PathwayId};

use super::{
    asked::{self, Asked},
    counting::Counting,
    gather,
    known::Known,
};
use crate::{cli::DiffArgs, edge, house::Cellar};

/// Events, and streams, read at once.
const PAGE: usize = 2_000;

/// Pathways that are told in the table; JSON tells all.
const TOLD_MAX: usize = 50;

/// Columns that name a row.
const NAMING: [usize; 4] = [3, 7, 9, 11];

/// What changed and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Difference {
    /// Figures and names that differ.
    pub(super) changes: Vec<Changed>,
    /// The pathways that count otherwise, with the steps told in between.
    pub(super) pathways: Vec<Moved>,
}

/// One column of one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Changed {
    pub(super) provider: String,
    pub(super) commissioner: String,
    pub(super) part: String,
    pub(super) function: String,
    pub(super) column: String,
    pub(super) before: String,
    pub(super) after: String,
}

/// A pathway that counts otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Moved {
    pub(super) pathway_id: PathwayId,
    /// The parts in which it counts otherwise.
    pub(super) parts: Vec<&'static str>,
    pub(super) steps: Vec<StepTold>,
}

/// A step told between the two moments: what, when it happened, when it was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StepTold {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) occurred_at: OccurredAt,
    pub(super) recorded_at: String,
}

/// `waymark return diff`.
pub(super) async fn run(cellar: &Cellar, args: &DiffArgs) -> anyhow::Result<()> {
    let difference = difference(cellar, args).await?;
    super::super::print(&if args.json {
        serde_json::to_string_pretty(&difference)?
    } else {
        told(&difference)
    });
    Ok(())
}

pub(super) async fn difference(cellar: &Cellar, args: &DiffArgs) -> anyhow::Result<Difference> {
    let now = edge::now();
    let month = asked::month_of(&args.whose.month, london::date_of(now))?;
    let from = Known::at(cellar, Some(&args.from), now).await?;
    let to = Known::at(cellar, args.to.as_deref(), now).await?;
    if from.position > to.position {
        anyhow::bail!("--from is later than --to: expected the earlier moment first");
    }
    let asked = Asked::of(&args.whose, month, &to)?;
    let before = gather::gather(&from, &asked).extract;
    let after = gather::gather(&to, &asked).extract;
    asked.refuse_stranger(&after, &to)?;
    let pathways = moved(&*cellar.store, &asked, (from.position, to.position)).await?;
    Ok(Difference { changes: changes(&before, &after), pathways })
}

type Rows = BTreeMap<[String; 4], Vec<String>>;

fn rows(extract: &Extract) -> Rows {
    let keyed = rtt_extract::records(extract).into_iter().map(|record| {
        let key = NAMING.map(|place| record.get(place).cloned().unwrap_or_default());
        (key, record)
    });
    keyed.collect()
}

/// Every column that differs. A row that is only on one side differs from a row of nothing.
fn changes(before: &Extract, after: &Extract) -> Vec<Changed> {
    let (before, after) = (rows(before), rows(after));
    let columns = rtt_extract::columns();
    let nothing = Vec::new();
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let mut found = Vec::new();
    for key in keys {
        let old = before.get(key).unwrap_or(&nothing);
        let new = after.get(key).unwrap_or(&nothing);
        for (place, column) in columns.iter().enumerate() {
            let cell = |row: &Vec<String>| row.get(place).cloned().unwrap_or_default();
            let (before, after) = (cell(old), cell(new));
            let of_one_side = old.is_empty() || new.is_empty();
            let is_nothing = of_one_side && (place < FIRST_FIGURE || (no(&before) && no(&after)));
            if before != after && !is_nothing {
                let [provider, commissioner, part, function] = key.clone();
                let column = column.clone();
                found.push(Changed {
                    provider,
                    commissioner,
                    part,
                    function,
                    column,
                    before,
                    after,
                });
            }
        }
    }
    found
}

/// The place of the first band.
const FIRST_FIGURE: usize = 13;

fn no(cell: &str) -> bool {
    cell.is_empty() || cell == "0"
}

/// The pathways of which a step was told in between, and that count otherwise for it.
async fn moved(
    store: &dyn EventStore,
    asked: &Asked,
    (from, to): (Position, Position),
) -> anyhow::Result<Vec<Moved>> {
    let touched: Vec<StreamId> = touched(store, from, to).await?.into_iter().collect();
    let counting = Counting::shipped(asked);
    let mut found = Vec::new();
    for some in touched.chunks(PAGE) {
        for (stream, events) in some.iter().zip(store.read_streams(some).await?) {
            let at = |position: Position| {
                let known = events.partition_point(|event| event.position <= position);
                events.get(..known).unwrap_or_default()
            };
            let counted = |events| counting.counts(*stream, events);
            let (before, after) = (counted(at(from))?, counted(at(to))?);
            let differs = Part::ALL.into_iter().filter(|part| before.get(part) != after.get(part));
            let parts: Vec<_> = differs.map(Part::name).collect();
            if !parts.is_empty() {
                let between = at(to).iter().filter(|event| event.position > from);
                let steps = between.map(step_told).collect::<anyhow::Result<_>>()?;
                found.push(Moved { pathway_id: PathwayId(stream.id), parts, steps });
            }
        }
    }
    Ok(found)
}

async fn touched(
    store: &dyn EventStore,
    from: Position,
    to: Position,
) -> anyhow::Result<BTreeSet<StreamId>> {
    let (mut pages, mut touched) = (pin!(pages_between(store, from, to)), BTreeSet::new());
    while let Some(page) = pages.next().await {
        let streams = page?.into_iter().map(|event| event.stream);
        touched.extend(streams.filter(|stream| stream.category == Category::Pathway));
    }
    Ok(touched)
}

fn step_told(event: &StoredEvent) -> anyhow::Result<StepTold> {
    let told = envelope::read(event)?;
    let recorded = DateTime::<Utc>::from_timestamp_micros(event.recorded_at_micros);
    Ok(StepTold {
        kind: event.event.kind.to_string(),
        occurred_at: told.occurred_at,
        recorded_at: recorded.map_or_else(String::new, instant),
    })
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Each figure that changed.
fn figures_changed(difference: &Difference) -> Table {
    let mut changes = Table::new();
    let heads = ["provider", "commissioner", "part", "function", "column", "before", "after"];
    changes.set_header(heads);
    for one in &difference.changes {
        let row = [&one.provider, &one.commissioner, &one.part, &one.function, &one.column];
        changes.add_row(row.into_iter().chain([&one.before, &one.after]));
    }
    changes
}

/// The steps that changed them.
fn why(difference: &Difference) -> Table {
    let mut why = Table::new();
    why.set_header(["pathway", "parts", "step", "happened", "told"]);
    for one in difference.pathways.iter().take(TOLD_MAX) {
        for step in &one.steps {
            let (id, parts) = (one.pathway_id.0.to_string(), one.parts.join(", "));
            let happened = String::from(step.occurred_at);
            why.add_row([id, parts, step.kind.clone(), happened, step.recorded_at.clone()]);
        }
    }
    why
}

fn told(difference: &Difference) -> String {
    if difference.changes.is_empty() && difference.pathways.is_empty() {
        return "nothing changed".to_owned();
    }
    let (changes, why) = (figures_changed(difference), why(difference));
    let more = difference.pathways.len().saturating_sub(TOLD_MAX);
    let more = if more > 0 {
        format!("\nand {more} pathways more: --json tells all")
    } else {
        String::new()
    };
    format!("{changes}\n\nwhy:\n{why}{more}")
}
