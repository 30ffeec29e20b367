//! A page of the log into the files of all views: each step decoded once, each history made once.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use event_store::{Category, Position, StoredEvent, StreamId};
use steps::{PathwayId, StepKind};
use uuid::Uuid;

use crate::compute::{Made, Outcome};
use crate::database::Pointer;
use crate::histories::{Histories, Page, Steps, Touched};
use crate::reader::Shared;
use crate::scan::{tell, tell_all};
use crate::view_file::{Advance, Changed, ViewFile};
use crate::{SqlError, View, status};

/// A view and its file; none while it is built.
pub(crate) struct Slot {
    pub(crate) view: Arc<dyn View>,
    pub(crate) file: Option<ViewFile>,
    pub(crate) shared: Arc<Shared>,
}

impl Slot {
    /// Puts a file in use: told to the view, then shown to the readers.
    pub(crate) fn put(&mut self, file: ViewFile) -> Result<(), SqlError> {
        let told = guarded(self.view.name(), || tell_all(self.view.as_ref(), &*file.reading()?));
        told.unwrap_or(Ok(()))?;
        self.shared.switch(file.place(), file.position());
        self.file = Some(file);
        Ok(())
    }

    /// Takes the edition in use as another process has left it.
    fn take_up(&mut self) -> Result<(), SqlError> {
        let database = self.shared.database();
        let Ok(Pointer::Names(place)) = database.current(self.view.name()) else {
            return Err(SqlError::Moved);
        };
        let file = database.open(&place, self.view.as_ref())?;
        self.put(file)
    }

    fn committed(&self, changed: &[Changed]) {
        guarded(self.view.name(), || tell(self.view.as_ref(), changed));
        if let Some(file) = &self.file {
            self.shared.advance(file.position());
        }
    }
}

/// All views that are live, and the histories they share. Used by one thread at a time.
pub(crate) struct Engine {
    pub(crate) slots: Vec<Slot>,
    histories: Histories,
}

impl Engine {
    pub(crate) fn new(slots: Vec<Slot>, histories: Histories) -> Self {
        Self { slots, histories }
    }

    /// The streams to be loaded before [`Engine::apply`]; none where every view is past the page.
    pub(crate) fn missing(&self, events: &[StoredEvent]) -> Vec<StreamId> {
        let last = events.last().map_or(Position::START, |event| event.position);
        if self.is_wanted(last) { self.histories.missing(events) } else { Vec::new() }
    }

    /// Brings every view that is behind to the end of the page. Doing so again changes nothing.
    pub(crate) fn apply(
        &mut self,
        events: &[StoredEvent],
        loaded: Vec<Vec<StoredEvent>>,
        now_micros: i64,
    ) -> Result<(), SqlError> {
        let last = events.last().map_or(Position::START, |event| event.position);
        if !self.is_wanted(last) {
            return Ok(());
        }
        let Some(page) = self.histories.page(events, loaded) else { return Ok(()) };
        let targets = self.slots.iter().map(|slot| (slot.view.as_ref(), slot.file.as_ref()));
        let all = outcomes(&page, &targets.collect::<Vec<_>>());
        let mut worst = Ok(());
        for (slot, outcomes) in self.slots.iter_mut().zip(all) {
            if let Err(error) = advance(slot, outcomes, &page, now_micros) {
                worst = Err(error);
            }
        }
        worst
    }

    /// How many pathways have a long history.
    pub(crate) fn long_histories(&self) -> usize {
        self.histories.long()
    }

    fn is_wanted(&self, last: Position) -> bool {
        self.slots.iter().filter_map(|slot| slot.file.as_ref()).any(|file| file.position() < last)
    }

    /// The streams of the pathways that stand still in some view.
    pub(crate) fn dead(&self) -> Vec<StreamId> {
        let files = self.slots.iter().filter_map(|slot| slot.file.as_ref());
        let ids = files.flat_map(|file| file.dead().keys().copied());
        let mut ids: Vec<Uuid> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().map(|id| StreamId::new(Category::Pathway, id)).collect()
    }

    /// Computes pathways anew from their whole streams, as of each view's own position.
    pub(crate) fn compute_anew(
        &mut self,
        streams: &[(StreamId, Vec<StoredEvent>)],
    ) -> Result<(), SqlError> {
        for (stream, _events) in streams {
            self.histories.forget(stream.id);
        }
        for slot in &mut self.slots {
            let Some(file) = slot.file.as_mut() else { continue };
            let view = slot.view.as_ref();
            let cut = |(stream, events): &(StreamId, Vec<StoredEvent>)| {
                let to = events.partition_point(|event| event.position <= file.position());
                let steps = Steps::of(events.get(..to).unwrap_or_default());
                Made::of(PathwayId(stream.id), &steps).outcome(view, || Cow::Borrowed(&steps))
            };
            let outcomes = streams.iter().map(cut).collect();
            let checkpoint = file.checkpoint();
            let (position, event_id) = (checkpoint.position, checkpoint.event_id);
            let changed = file.commit(outcomes, Advance { position, event_id, events: 0 })?;
            slot.committed(&changed);
        }
        Ok(())
    }
}

/// Brings one file, of no use to readers yet, to the end of a page.
pub(crate) fn apply_to(view: &dyn View, file: &mut ViewFile, page: &Page) -> Result<(), SqlError> {
    let outcomes = outcomes(page, &[(view, Some(file))]).pop().unwrap_or_default();
    let to = advance_of(file, page);
    file.commit(outcomes, to).map(drop)
}

fn advance(
    slot: &mut Slot,
    outcomes: Vec<Outcome>,
    page: &Page,
    now_micros: i64,
) -> Result<(), SqlError> {
    let Some(file) = slot.file.as_mut().filter(|file| file.position() < page.last) else {
        return Ok(());
    };
    let to = advance_of(file, page);
    let changed = match file.commit(outcomes, to) {
        Err(SqlError::Moved) => return slot.take_up().and(Err(SqlError::Moved)),
        // Whoever has the lease now writes it; we read what they write.
        Err(SqlError::Fenced) => {
            slot.file = None;
            return Ok(());
        }
        done => done?,
    };
    status::advanced(slot.view.name(), file, to.events, now_micros);
    slot.committed(&changed);
    Ok(())
}

fn advance_of(file: &ViewFile, page: &Page) -> Advance {
    let taken = page.counted.partition_point(|position| *position <= file.position());
    let events = (page.counted.len() - taken) as u64;
    Advance { position: page.last, event_id: Some(page.last_event), events }
}

/// For each view its outcomes: of the pathways in which something happened that concerns it.
fn outcomes(page: &Page, targets: &[(&dyn View, Option<&ViewFile>)]) -> Vec<Vec<Outcome>> {
    let mut all: Vec<Vec<Outcome>> = targets.iter().map(|_target| Vec::new()).collect();
    for touched in &page.touched {
        let mut made = None;
        for ((view, file), outcomes) in targets.iter().zip(&mut all) {
            if file.is_some_and(|file| is_concerned(*view, file, touched)) {
                let steps = touched.steps.as_ref();
                let made = made.get_or_insert_with(|| Made::of(touched.pathway, steps));
                outcomes.push(made.outcome(*view, || Cow::Borrowed(steps)));
            }
        }
    }
    all
}

/// A pathway that stands still is always tried again; amendments concern everybody.
fn is_concerned(view: &dyn View, file: &ViewFile, touched: &Touched) -> bool {
    let mut brought = touched.brought.iter().filter(|(at, _kind)| *at > file.position());
    let new = brought.clone().next().is_some();
    let broken = touched.steps.broken.is_some() || file.dead().contains_key(&touched.pathway.0);
    new && (broken || brought.any(|(_at, kind)| can_change(view, *kind)))
}

/// Whether a step can change the rows of a view; one that is not in the catalogue may.
pub(crate) fn can_change(view: &dyn View, kind: Option<StepKind>) -> bool {
    kind.is_none_or(|kind| {
        matches!(kind, StepKind::StepCorrected | StepKind::StepEnteredInError)
            || view.concerns(kind)
    })
}

/// What a view keeps in memory is its own affair; a panic there must not stop the others.
pub(crate) fn guarded<T>(view: &'static str, work: impl FnOnce() -> T) -> Option<T> {
    let done = catch_unwind(AssertUnwindSafe(work)).ok();
    if done.is_none() {
        tracing::error!(view, "the view panicked over what it keeps in memory");
        metrics::counter!("projector_memory_panics_total", "view" => view).increment(1);
    }
    done
}
