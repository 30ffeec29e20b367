//! What is to be sent next, and what its streams will hold then.

use std::collections::HashMap;

use event_store::{Append, StreamId};
use uuid::Uuid;

use super::Job;
use crate::codec::Call;
use crate::known::{Ids, next_revision};

/// Appends that are sent together, in this order.
#[derive(Default)]
pub(super) struct Window {
    pub(super) planned: Vec<Planned>,
    /// The ids that each stream will hold; none where they are not known.
    streams: HashMap<StreamId, Option<Vec<Uuid>>>,
}

/// One append that is to be sent.
pub(super) struct Planned {
    pub(super) job: Job,
    pub(super) call: Call,
    /// Whether it was ever on its way: where not, nothing can be written.
    pub(super) left: bool,
}

impl Window {
    /// The latest time of recording that is planned.
    pub(super) fn latest_micros(&self) -> i64 {
        let last = self.planned.last();
        last.map_or(i64::MIN, |planned| planned.call.recorded_micros)
    }

    /// Whether something is planned for a stream.
    pub(super) fn has(&self, stream: StreamId) -> bool {
        self.streams.contains_key(&stream)
    }

    /// Whether an append can be planned behind the others: its stream is none of theirs, or ends with
    /// what is planned just as the append expects it.
    pub(super) fn takes(&self, append: &Append) -> bool {
        match self.streams.get(&append.stream) {
            None => true,
            Some(None) => false,
            Some(Some(ids)) => {
                let fits = ids.len() as u64 == next_revision(append.expected);
                fits && !append.events.iter().any(|event| ids.contains(&event.event_id))
            }
        }
    }

    /// Adds an append; `known` is what its stream holds now.
    pub(super) fn plan(&mut self, job: Job, call: Call, known: Option<Ids>) {
        let append = &job.append;
        let begins = next_revision(append.expected) == 0;
        let ids = self.streams.entry(append.stream).or_insert_with(|| match known {
            Some(ids) => Some(ids.to_vec()),
            None => begins.then(Vec::new),
        });
        if let Some(ids) = ids {
            ids.extend(append.events.iter().map(|event| event.event_id));
        }
        self.planned.push(Planned { job, call, left: false });
    }

    /// Everything planned; the window is empty then.
    pub(super) fn take(&mut self) -> Vec<Planned> {
        self.streams.clear();
        std::mem::take(&mut self.planned)
    }
}
