//! The steps of pathways as they stood at the end of a page, kept for a while.
//!
//! The cache is bounded by steps; what was used longest ago goes first. A history never holds an
//! event after the page that asked for it: rows at a checkpoint are of that position exactly.

use std::sync::Arc;

use event_store::{Category, Position, StoredEvent, StreamId};
use pathway::Told;
use rustc_hash::{FxHashMap, FxHashSet};
use steps::{PathwayId, StepKind};
use uuid::Uuid;

use crate::compute::Fault;
use crate::counting::Counting;

/// A pathway with more steps than this is an alarm.
const LONG_HISTORY: usize = 2_000;

/// The steps of one pathway that could be read, in the order they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Steps {
    pub(crate) told: Vec<Told>,
    pub(crate) positions: Vec<Position>,
    /// The first that could not be read: neither it nor anything after it is in `told`.
    pub(crate) broken: Option<Fault>,
    seen: u64,
}

impl Steps {
    /// The steps of a whole stream, or of a whole stream cut at a position.
    pub(crate) fn of(events: &[StoredEvent]) -> Self {
        let room = events.len();
        let (told, positions) = (Vec::with_capacity(room), Vec::with_capacity(room));
        let mut steps = Self { told, positions, broken: None, seen: 0 };
        for event in events {
            steps.push(event);
        }
        steps
    }

    fn push(&mut self, event: &StoredEvent) {
        if event.revision.0 < self.seen {
            return;
        }
        let expected = std::mem::replace(&mut self.seen, event.revision.0 + 1);
        if self.broken.is_some() {
            return;
        }
        if event.revision.0 != expected {
            self.broken = Some(Fault::missing(event.position));
            return;
        }
        match envelope::read(event) {
            Ok(told) => {
                self.told.push(told);
                self.positions.push(event.position);
            }
            Err(bad) => self.broken = Some(Fault::unreadable(event.position, &bad)),
        }
    }
}

/// One pathway of a page.
pub(crate) struct Touched {
    pub(crate) pathway: PathwayId,
    /// Its steps up to the end of the page.
    pub(crate) steps: Arc<Steps>,
    /// What the page brought; no kind where it is not in the catalogue.
    pub(crate) brought: Vec<(Position, Option<StepKind>)>,
}

/// A page of the log, decoded and grouped by pathway.
pub(crate) struct Page {
    /// The positions of its events that a checkpoint counts.
    pub(crate) counted: Vec<Position>,
    pub(crate) last: Position,
    pub(crate) last_event: Uuid,
    pub(crate) touched: Vec<Touched>,
}

struct Held {
    steps: Arc<Steps>,
    used: u64,
}

/// Histories of pathways, bounded by their steps.
pub(crate) struct Histories {
    counting: Counting,
    held: FxHashMap<Uuid, Held>,
    steps: usize,
    most_steps: usize,
    pages: u64,
    long: FxHashSet<Uuid>,
}

impl Histories {
    pub(crate) fn new(most_steps: usize, counting: Counting) -> Self {
        Self {
            counting,
            held: FxHashMap::default(),
            steps: 0,
            most_steps,
            pages: 0,
            long: FxHashSet::default(),
        }
    }

    /// The streams a page needs that are neither held nor whole in the page.
    pub(crate) fn missing(&self, events: &[StoredEvent]) -> Vec<StreamId> {
        let mut met = FxHashSet::default();
        let mut missing = Vec::new();
        for event in events.iter().filter(|event| event.stream.category == Category::Pathway) {
            let id = event.stream.id;
            if met.insert(id) && self.next_of(id) < event.revision.0 {
                missing.push(event.stream);
            }
        }
        missing
    }

    /// Takes a page in, with the whole streams that were [`Histories::missing`].
    pub(crate) fn page(
        &mut self,
        events: &[StoredEvent],
        loaded: Vec<Vec<StoredEvent>>,
    ) -> Option<Page> {
        let last = events.last()?;
        self.pages += 1;
        for stream in loaded {
            self.take_in(&stream, last.position);
        }
        let touched = group(events).into_iter().map(|group| self.touch(group)).collect();
        self.forget_the_oldest();
        let counted = events.iter().filter(|event| self.counting.counts(event));
        Some(Page {
            counted: counted.map(|event| event.position).collect(),
            last: last.position,
            last_event: last.event.event_id,
            touched,
        })
    }

    /// Lets a pathway go, so that it is read anew.
    pub(crate) fn forget(&mut self, pathway: Uuid) {
        if let Some(held) = self.held.remove(&pathway) {
            self.steps -= held.steps.told.len();
        }
    }

    /// How many pathways have a long history.
    pub(crate) fn long(&self) -> usize {
        self.long.len()
    }

    /// Raises the alarm of a history that has become long, once.
    fn look_at_length(&mut self, id: Uuid, steps: usize) {
        if steps > LONG_HISTORY && self.long.insert(id) {
            tracing::warn!(pathway_id = %id, most = LONG_HISTORY, "a history is long");
            metrics::counter!("projector_long_histories_total").increment(1);
        }
    }

    fn next_of(&self, pathway: Uuid) -> u64 {
        self.held.get(&pathway).map_or(0, |held| held.steps.seen)
    }

    fn take_in(&mut self, stream: &[StoredEvent], up_to: Position) {
        let cut = stream.partition_point(|event| event.position <= up_to);
        let events = stream.get(..cut).unwrap_or_default();
        let Some(first) = events.first() else { return };
        let id = first.stream.id;
        self.forget(id);
        let steps = Steps::of(events);
        self.steps += steps.told.len();
        self.held.insert(id, Held { steps: Arc::new(steps), used: self.pages });
    }

    fn touch(&mut self, group: Group<'_>) -> Touched {
        let held = self
            .held
            .entry(group.id)
            .or_insert_with(|| Held { steps: Arc::new(Steps::default()), used: 0 });
        held.used = self.pages;
        let steps = Arc::make_mut(&mut held.steps);
        let before = steps.told.len();
        for event in &group.events {
            steps.push(event);
        }
        let length = steps.told.len();
        self.steps += length - before;
        let steps = Arc::clone(&held.steps);
        self.look_at_length(group.id, length);
        let kind = |event: &&StoredEvent| (event.position, StepKind::from_name(&event.event.kind));
        Touched {
            pathway: PathwayId(group.id),
            steps,
            brought: group.events.iter().map(kind).collect(),
        }
    }

    /// Over the limit, it goes back to three quarters, so that it is rarely sorted.
    fn forget_the_oldest(&mut self) {
        if self.steps <= self.most_steps {
            return;
        }
        let mut oldest: Vec<(u64, Uuid)> =
            self.held.iter().map(|(id, held)| (held.used, *id)).collect();
        oldest.sort_unstable();
        for (_used, id) in oldest {
            if self.steps <= self.most_steps / 4 * 3 {
                break;
            }
            self.forget(id);
        }
    }
}

struct Group<'a> {
    id: Uuid,
    events: Vec<&'a StoredEvent>,
}

/// The pathways of a page, in the order in which they come up.
fn group(events: &[StoredEvent]) -> Vec<Group<'_>> {
    let mut places: FxHashMap<Uuid, usize> = FxHashMap::default();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for event in events.iter().filter(|event| event.stream.category == Category::Pathway) {
        let id = event.stream.id;
        let place = *places.entry(id).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.events.push(event),
            None => groups.push(Group { id, events: vec![event] }),
        }
    }
    groups
}
