//! What one pathway counts for in a month's return.

use std::collections::BTreeMap;

use event_store::{StoredEvent, StreamId};
use pathway::clock::ClockPolicy;
use policy::ReportingFunctions;
use projector::{Change, View};
use rtt_extract::Part;
use steps::PathwayId;
use waiting_times::{Group, WaitingTimesView};

use super::{asked::Asked, gather, known::history_of};

/// A row's key, bands, total and waits of unknown start.
type Count = (String, Vec<u32>, u32, u32);

/// What one pathway counts for, by part.
pub(super) type Counts = BTreeMap<Part, Vec<Count>>;

/// The rules that a pathway is counted by, read once for all of them.
pub(super) struct Counting<'a> {
    asked: &'a Asked,
    clock: ClockPolicy,
    functions: ReportingFunctions,
}

impl<'a> Counting<'a> {
    pub(super) fn shipped(asked: &'a Asked) -> Self {
        let functions = ReportingFunctions::shipped();
        Self { asked, clock: policy::shipped_clock(), functions }
    }

    pub(super) fn counts(
        &self,
        stream: StreamId,
        events: &[StoredEvent],
    ) -> anyhow::Result<Counts> {
        let view = WaitingTimesView::new(self.clock.clone());
        let rows = view.rows(&history_of(stream, events)?);
        let pathway_id = PathwayId(stream.id);
        view.committed(&[Change { pathway_id, no: 1, old: Some(&[]), new: &rows }]);
        let of = |part| {
            let groups = view.return_rows(&gather::ask_of(self.asked, part));
            (part, groups.into_iter().map(|group| self.folded(group)).collect())
        };
        Ok(Part::ALL.map(of).into())
    }

    fn folded(&self, group: Group) -> Count {
        let (whose, function) = group.key.rsplit_once('/').unwrap_or(("", &group.key));
        let folded = self.functions.code_of(function, self.asked.month.last());
        let key = format!("{whose}/{}", folded.unwrap_or(function));
        (key, group.bands.to_vec(), group.total, group.unknown_start)
    }
}
