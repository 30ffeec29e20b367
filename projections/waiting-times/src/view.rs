//! The view: rows of a history, and the copy in memory that answers questions about the list.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use chrono::NaiveDate;
use pathway::{
    Clock, History, Month,
    clock::{self, ClockPolicy},
};
use projector::{Change, Row, Table, View};
use steps::{FunctionCode, OdsCode, StepKind};

use crate::{
    Ask, Closing, ExpectedWait, Group, GroupBy, PercentileMethod,
    ask::Narrow,
    closing,
    expected_wait::{Answer, Memory},
    intervals::Intervals,
    measures,
    row::{self, FUNCTION, Listing, PROVIDER, TABLES, text_of},
    stretch::Lists,
};

/// How long people wait.
#[derive(Debug, Default)]
pub struct WaitingTimesView {
    policy: ClockPolicy,
    copies: RwLock<Copies>,
    expected: Memory,
}

/// The copy that answers, and during a reload the one that is being filled.
#[derive(Debug, Default)]
struct Copies {
    present: Intervals,
    fresh: Option<Intervals>,
}

impl WaitingTimesView {
    /// The view under a clock policy. It answers from what [`View::committed`] has told it.
    pub fn new(policy: ClockPolicy) -> Self {
        Self { policy, ..Self::default() }
    }

    /// What is asked for, divided into groups, sorted by key.
    pub fn waiting_times(&self, ask: &Ask) -> Vec<Group> {
        measures::groups_of(&self.read().present, ask)
    }

    /// What is asked for by provider, commissioner and function, as the rows of the return are, sorted
    /// by key `provider/commissioner/function`. What `ask` is divided by does not matter.
    pub fn return_rows(&self, ask: &Ask) -> Vec<Group> {
        measures::return_rows(&self.read().present, ask)
    }

    /// The account of a month: of each group what was there, what came, what left and what is there.
    /// What `ask` counts does not matter.
    pub fn closing(&self, ask: &Ask, month: Month) -> Vec<Closing> {
        closing::close(&self.read().present, ask, month)
    }

    pub(crate) fn with_intervals<T>(&self, read: impl FnOnce(&Intervals) -> T) -> T {
        read(&self.read().present)
    }

    /// What somebody may expect who waits at this provider in this function; `None` where nobody
    /// waits there on that day.
    pub fn expected_wait(
        &self,
        provider: &OdsCode,
        function: &FunctionCode,
        on: NaiveDate,
    ) -> Option<ExpectedWait> {
        let pair = (provider.as_str(), function.as_str());
        if let Some(Answer(known)) = self.expected.recall(pair.0, pair.1, on) {
            return known;
        }
        // Held until the answer is remembered, so that a commit cannot come between.
        let copies = self.read();
        copies.present.providers.find(pair.0)?;
        copies.present.functions.find(pair.1)?;
        let answer = compute_expected(&copies.present, provider, function, on);
        self.expected.remember(pair, on, Answer(answer));
        answer
    }

    fn read(&self) -> RwLockReadGuard<'_, Copies> {
        self.copies.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Copies> {
        self.copies.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn compute_expected(
    intervals: &Intervals,
    provider: &OdsCode,
    function: &FunctionCode,
    on: NaiveDate,
) -> Option<ExpectedWait> {
    let method = PercentileMethod::Rtt2025;
    let narrow = Narrow {
        provider: Some(provider.clone()),
        function: Some(function.clone()),
        ..Narrow::default()
    };
    let ask = Ask { narrow, english_only: false, method, ..Ask::english(on, GroupBy::Total) };
    let group = measures::groups_of(intervals, &ask).into_iter().find(|group| group.total > 0)?;
    Some(ExpectedWait {
        people: group.total,
        median_weeks: group.median_weeks,
        percentile_92_weeks: group.percentile_92_weeks,
        method: method.name(),
        as_of: on,
    })
}

impl View for WaitingTimesView {
    fn name(&self) -> &'static str {
        "waiting-times"
    }

    fn version(&self) -> u32 {
        5
    }

    fn rules_digest(&self) -> String {
        self.policy.digest()
    }

    fn tables(&self) -> &'static [Table] {
        TABLES
    }

    fn concerns(&self, kind: StepKind) -> bool {
        is_about_the_record(kind) || clock::concerns(kind)
    }

    fn rows(&self, history: &History) -> Vec<Row> {
        row::rows_of(&Clock::of(history, &self.policy), &Lists::of(history))
    }

    fn remembers(&self) -> bool {
        true
    }

    fn committed(&self, changes: &[Change<'_>]) {
        let mut copies = self.write();
        let copies = &mut *copies;
        let is_reload = copies.fresh.is_some();
        let copy = copies.fresh.as_mut().unwrap_or(&mut copies.present);
        for change in changes {
            if change.old.is_none_or(|old| !old.is_empty()) {
                copy.clear(change.no);
            }
            for listing in change.new.iter().filter_map(Listing::of) {
                copy.add(change.no, &listing);
            }
        }
        if is_reload {
            return;
        }
        // Rows before that are not known may have counted anywhere.
        if changes.iter().any(|change| change.old.is_none()) {
            return self.expected.forget_all();
        }
        let rows =
            changes.iter().flat_map(|change| change.old.into_iter().flatten().chain(change.new));
        self.expected.forget(rows.map(|row| (text_of(row, PROVIDER), text_of(row, FUNCTION))));
    }

    fn reload_begins(&self) {
        self.write().fresh = Some(Intervals::default());
    }

    fn reload_ends(&self) {
        let mut copies = self.write();
        if let Some(fresh) = copies.fresh.take() {
            copies.present = fresh;
        }
        self.expected.forget_all();
    }
}

/// Corrections change the history of every pathway they touch, whatever they correct.
const fn is_about_the_record(kind: StepKind) -> bool {
    matches!(kind, StepKind::StepCorrected | StepKind::StepEnteredInError)
}
