//! Feeding: the rows that the view makes of every pathway, told to the view and put into the bare
//! table.

use anyhow::Context;
use pathway::{History, Told, london};
use projector::{Change, Row, View};
use rtt_extract::{Extract, LaidPathway};
use steps::EventId;
use uuid::Uuid;
use waiting_times::WaitingTimesView;

use super::{super::say, bare::Bare};

/// Pathways told at once.
const PATHWAYS_A_COMMIT: usize = 1_000;

/// Pathways between two words of how far it is.
const PATHWAYS_A_WORD: u64 = 1_000_000;

/// Tells both the rows of every pathway of the list; how many pathways there were.
pub(super) fn feed(extract: &Extract, view: &WaitingTimesView, bare: &Bare) -> anyhow::Result<u64> {
    let mut pathways = (1..).zip(rtt_extract::lay_down(extract));
    let mut fed = 0;
    loop {
        let page: Vec<_> = pathways.by_ref().take(PATHWAYS_A_COMMIT).collect();
        if page.is_empty() {
            return Ok(fed);
        }
        fed += page.len() as u64;
        tell(&page, view, bare)?;
        if fed.is_multiple_of(PATHWAYS_A_WORD) {
            say(&format!("{fed} pathways fed"));
        }
    }
}

fn tell(page: &[(i64, LaidPathway)], view: &WaitingTimesView, bare: &Bare) -> anyhow::Result<()> {
    let rows = page.iter().map(|(_, laid)| view.rows(&history_of(laid)));
    let rows: Vec<Vec<Row>> = rows.collect();
    let changes = page.iter().zip(&rows).map(|((no, laid), rows)| Change {
        pathway_id: laid.pathway_id,
        no: *no,
        old: Some(&[]),
        new: rows,
    });
    view.committed(&changes.collect::<Vec<_>>());
    bare.insert(rows.iter().flatten()).context("the bare table takes no rows")
}

/// The history of a pathway, each step recorded when it happened.
fn history_of(laid: &LaidPathway) -> History {
    let told = (0_u128..).zip(&laid.steps).map(|(place, (occurred_at, step))| Told {
        event_id: EventId(Uuid::from_u128(laid.command_id.0.as_u128() ^ place)),
        occurred_at: *occurred_at,
        entered_in_source_at: None,
        recorded_at: london::bounds(*occurred_at).1,
        actor: None,
        source: None,
        step: step.clone(),
    });
    History::of(laid.pathway_id, told.collect())
}
