//! The store against a plain list: any appends, any mix of fresh, repeated, stale and stolen ids.

use event_store::contract::{TestClock, TestStore};
use event_store::{
    Append, AppendError, Appended, Category, Expected, NewEvent, Position, Revision, StoredEvent,
    StreamId,
};
use proptest::prelude::*;
use tempfile::TempDir;

use super::super::SqliteStore;
use super::NOON;

const STREAMS: usize = 4;

/// One thing a writer may try.
#[derive(Debug, Clone)]
enum Attempt {
    Fresh { stream: usize, count: usize },
    Wrong { stream: usize, expected: Option<u64>, count: usize },
    Repeat { which: usize },
    Changed { which: usize },
    Beside { which: usize, stream: usize },
    ClockTo { micros: i64 },
    Reopen,
}

fn attempt() -> impl Strategy<Value = Attempt> {
    let stream = 0..STREAMS;
    prop_oneof![
        6 => (stream.clone(), 1..4_usize)
            .prop_map(|(stream, count)| Attempt::Fresh { stream, count }),
        2 => (stream.clone(), prop::option::of(0..9_u64), 1..3_usize)
            .prop_map(|(stream, expected, count)| Attempt::Wrong { stream, expected, count }),
        2 => any::<usize>().prop_map(|which| Attempt::Repeat { which }),
        1 => any::<usize>().prop_map(|which| Attempt::Changed { which }),
        1 => (any::<usize>(), stream).prop_map(|(which, stream)| Attempt::Beside { which, stream }),
        1 => (-9_i64..9).prop_map(|step| Attempt::ClockTo { micros: NOON + step }),
        1 => Just(Attempt::Reopen),
    ]
}

/// What the log should hold, said in the plainest way.
#[derive(Default)]
struct Model {
    log: Vec<StoredEvent>,
    taken: Vec<Append>,
}

impl Model {
    fn of(&self, stream: StreamId) -> Vec<StoredEvent> {
        self.log.iter().filter(|stored| stored.stream == stream).cloned().collect()
    }

    fn last(&self, stream: StreamId) -> Option<Revision> {
        self.of(stream).last().map(|stored| stored.revision)
    }

    fn append(&mut self, append: &Append, now: i64) -> Result<Appended, AppendError> {
        let find = |event: &NewEvent| {
            self.log.iter().find(|stored| stored.event.event_id == event.event_id)
        };
        let found: Vec<&StoredEvent> = append.events.iter().filter_map(find).collect();
        if let (Some(first), Some(last)) = (found.first(), found.last()) {
            let whole = self
                .taken
                .iter()
                .any(|taken| taken.stream == append.stream && taken.events == append.events);
            return if whole { Ok(answer(first, last, true)) } else { Err(AppendError::IdReused) };
        }
        let actual = self.last(append.stream);
        if actual != append.expected.last() {
            return Err(AppendError::Conflict { actual });
        }
        let stamp = self.log.last().map_or(now, |last| last.recorded_at_micros.max(now));
        let next = actual.map_or(0, |last| last.0 + 1);
        let begun = self.log.len();
        for (event, revision) in append.events.iter().zip(next..) {
            self.log.push(StoredEvent {
                position: Position(self.log.len() as u64 + 1),
                stream: append.stream,
                revision: Revision(revision),
                event: event.clone(),
                recorded_at_micros: stamp,
            });
        }
        self.taken.push(append.clone());
        Ok(answer(&self.log[begun], &self.log[self.log.len() - 1], false))
    }
}

fn answer(first: &StoredEvent, last: &StoredEvent, duplicate: bool) -> Appended {
    Appended {
        first: first.position,
        last: last.position,
        revision: last.revision,
        recorded_at_micros: first.recorded_at_micros,
        duplicate,
    }
}

/// The store, the model, and what is needed to open the store again.
struct Machine {
    directory: TempDir,
    clock: TestClock,
    trial: Option<TestStore>,
    streams: Vec<StreamId>,
    model: Model,
}

impl Machine {
    fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let clock = TestClock::at(NOON);
        let trial = open(&directory, &clock);
        let streams = (0..STREAMS).map(|_| trial.fresh_stream()).collect();
        Self { directory, clock, trial: Some(trial), streams, model: Model::default() }
    }

    fn trial(&self) -> &TestStore {
        self.trial.as_ref().unwrap()
    }

    fn reopen(&mut self) {
        let old = self.trial.take().unwrap();
        let seed = old.fresh_id();
        drop(old);
        self.trial = Some(open(&self.directory, &self.clock).seeded(seed));
    }

    fn command(&self, attempt: &Attempt) -> Option<Append> {
        let some = |which: usize| {
            let taken = &self.model.taken;
            (!taken.is_empty()).then(|| taken[which % taken.len()].clone())
        };
        match attempt {
            Attempt::Fresh { stream, count } => {
                let stream = self.streams[*stream];
                let expected = Expected::from_last(self.model.last(stream));
                Some(Append { stream, expected, events: self.events(*count) })
            }
            Attempt::Wrong { stream, expected, count } => {
                let expected = Expected::from_last(expected.map(Revision));
                let stream = self.streams[*stream];
                Some(Append { stream, expected, events: self.events(*count) })
            }
            Attempt::Repeat { which } => some(*which),
            Attempt::Changed { which } => some(*which).map(|mut append| {
                append.events[0].payload.push(b' ');
                append.expected = Expected::from_last(self.model.last(append.stream));
                append
            }),
            Attempt::Beside { which, stream } => some(*which).map(|mut append| {
                append.events.push(self.trial().event("beside"));
                append.stream = self.streams[*stream];
                append.expected = Expected::from_last(self.model.last(append.stream));
                append
            }),
            Attempt::ClockTo { .. } | Attempt::Reopen => None,
        }
    }

    fn events(&self, count: usize) -> Vec<NewEvent> {
        let mut events = self.trial().events(count);
        events[0] = NewEvent { event_id: events[0].event_id, ..self.trial().full_event() };
        events
    }

    async fn take(&mut self, attempt: &Attempt) {
        match attempt {
            Attempt::ClockTo { micros } => self.clock.set(*micros),
            Attempt::Reopen => self.reopen(),
            Attempt::Fresh { .. }
            | Attempt::Wrong { .. }
            | Attempt::Repeat { .. }
            | Attempt::Changed { .. }
            | Attempt::Beside { .. } => {
                let Some(append) = self.command(attempt) else { return };
                let wanted = self.model.append(&append, self.clock.micros());
                let given = self.trial().append(append).await;
                assert_eq!(format!("{given:?}"), format!("{wanted:?}"), "{attempt:?}");
            }
        }
    }

    async fn compare(&self) {
        let trial = self.trial();
        assert_eq!(trial.log_after(Position::START).await, self.model.log);
        let wanted: Vec<_> = self.streams.iter().map(|stream| self.model.of(*stream)).collect();
        assert_eq!(trial.read_streams(&self.streams).await.unwrap(), wanted);
        let middle = Position(self.model.log.len() as u64 / 2);
        let scan = trial.scan_streams(Category::Pathway, None, middle, usize::MAX).await.unwrap();
        let cut: usize = scan.streams.iter().map(|(_, events)| events.len()).sum();
        assert_eq!((cut as u64, scan.next), (middle.0, None));
        for micros in NOON - 10..NOON + 10 {
            let known = self.model.log.iter().filter(|stored| stored.recorded_at_micros <= micros);
            let wanted = Position(known.count() as u64);
            assert_eq!(trial.position_at(micros).await.unwrap(), wanted);
        }
    }
}

fn open(directory: &TempDir, clock: &TestClock) -> TestStore {
    let store = SqliteStore::open(directory.path(), clock.source()).unwrap();
    TestStore::new(std::sync::Arc::new(store), clock.clone(), ())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_answers_as_a_plain_list_would(attempts in prop::collection::vec(attempt(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut machine = Machine::new();
            for attempt in &attempts {
                machine.take(attempt).await;
            }
            machine.compare().await;
            machine.reopen();
            machine.compare().await;
        });
    }
}
