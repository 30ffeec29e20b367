//! The clocks while they are worked out: what can happen to one, and the move it leaves.

use chrono::NaiveDate;
use steps::OdsCode;

use super::{
    Away, Effect, End, Kind, Move, Reason, Reset, Rule, Setting, Standard, StandardClock,
    StandardClocks, Standards, order::Dated,
};

/// The clocks so far.
pub(super) struct Book<'a> {
    pub(super) standards: &'a Standards,
    pub(super) made: StandardClocks,
}

/// Where a new clock starts, and for whom.
pub(super) struct Opening {
    pub(super) kind: Kind,
    pub(super) start: NaiveDate,
    pub(super) provider: Option<OdsCode>,
}

/// What can happen to a clock that is open.
enum Change {
    End(End),
    Reset(Reset),
    TakeOff(Away),
}

impl<'a> Book<'a> {
    pub(super) fn new(standards: &'a Standards) -> Self {
        Self { standards, made: StandardClocks::default() }
    }

    /// The rule as it applies to a standard on the day of the step.
    pub(super) fn applying(
        &self,
        rule: Rule,
        standard: Standard,
        on: NaiveDate,
    ) -> Option<&'a Setting> {
        let setting = self.standards.setting(rule, on)?;
        setting.applies_to.contains(&standard).then_some(setting)
    }

    /// The places of the open clocks of a standard.
    pub(super) fn open_of(&self, standard: Standard) -> Vec<usize> {
        let clocks = self.made.clocks.iter().enumerate();
        let open = clocks.filter(|(_, clock)| clock.is_open() && clock.standard() == standard);
        open.map(|(place, _)| place).collect()
    }

    /// The places of all open clocks.
    pub(super) fn open(&self) -> Vec<usize> {
        let clocks = self.made.clocks.iter().enumerate();
        clocks.filter(|(_, clock)| clock.is_open()).map(|(place, _)| place).collect()
    }

    /// Whether there was ever a clock of the standard.
    pub(super) fn has_any(&self, standard: Standard) -> bool {
        self.made.clocks.iter().any(|clock| clock.standard() == standard)
    }

    /// Starts a clock, where its rule is in force; the place of the clock.
    pub(super) fn start(&mut self, at: Dated<'_>, rule: Rule, opening: Opening) -> Option<usize> {
        let standard = opening.kind.standard();
        if self.applying(rule, standard, at.on).is_none() {
            self.note(at, rule, (standard, None), Effect::Rejected(Reason::NotInForce));
            return None;
        }
        let place = self.made.clocks.len();
        self.made.clocks.push(StandardClock {
            kind: opening.kind,
            first_start: opening.start,
            started_by: rule,
            start_event: at.entry.event_id(),
            resets: Vec::new(),
            away: Vec::new(),
            end: None,
            provider: opening.provider,
            seen: false,
            awaits_rebooking: false,
        });
        self.note(at, rule, (standard, Some(place)), Effect::Started);
        Some(place)
    }

    /// What was waited for happened. Before the day the clock counts from, it closes it instead.
    pub(super) fn stop(&mut self, at: Dated<'_>, rule: Rule, place: usize, by: Option<&OdsCode>) {
        let Some(clock) = self.made.clocks.get_mut(place) else { return };
        clock.provider = by.cloned().or_else(|| clock.provider.take());
        let effect = if clock.start() <= at.on {
            Effect::Stopped
        } else {
            Effect::Closed(Some(Reason::StopBeforeStart))
        };
        self.end(at, rule, place, effect);
    }

    /// Nothing is waited for any more.
    pub(super) fn close(&mut self, at: Dated<'_>, rule: Rule, place: usize) {
        self.end(at, rule, place, Effect::Closed(None));
    }

    fn end(&mut self, at: Dated<'_>, rule: Rule, place: usize, effect: Effect) {
        let (event_id, counts) = (at.entry.event_id(), effect == Effect::Stopped);
        let end = End { date: at.on, rule, event_id, counts };
        self.change(at, rule, place, (effect, Change::End(end)));
    }

    /// The clock counts from the day of the step.
    pub(super) fn reset(&mut self, at: Dated<'_>, rule: Rule, place: usize) {
        let reset = Reset { on: at.on, rule, event_id: at.entry.event_id() };
        self.change(at, rule, place, (Effect::Reset, Change::Reset(reset)));
    }

    /// Days are not counted.
    pub(super) fn adjust(&mut self, at: Dated<'_>, rule: Rule, place: usize, away: Away) {
        self.change(at, rule, place, (Effect::Adjusted, Change::TakeOff(away)));
    }

    /// Changes a clock if its rule applies to it on that day, and says so either way.
    fn change(
        &mut self,
        at: Dated<'_>,
        rule: Rule,
        place: usize,
        (effect, change): (Effect, Change),
    ) {
        let Some(standard) = self.made.clocks.get(place).map(StandardClock::standard) else {
            return;
        };
        let applies = self.applying(rule, standard, at.on).is_some();
        if let Some(clock) = self.made.clocks.get_mut(place).filter(|_| applies) {
            match change {
                Change::End(end) => clock.end = Some(end),
                Change::Reset(reset) => clock.resets.push(reset),
                Change::TakeOff(away) => clock.away.push(away),
            }
        }
        let effect = if applies { effect } else { Effect::Stayed(Reason::NotInForce) };
        self.note(at, rule, (standard, Some(place)), effect);
    }

    /// Says what a step did to a clock of a standard, or why it did nothing.
    pub(super) fn note(
        &mut self,
        at: Dated<'_>,
        rule: Rule,
        (standard, clock): (Standard, Option<usize>),
        effect: Effect,
    ) {
        let (event_id, kind) = (at.entry.event_id(), at.entry.step().kind());
        self.made.moves.push(Move { event_id, kind, on: at.on, rule, standard, effect, clock });
    }

    /// Says of an open clock why a step left it as it was.
    pub(super) fn stay(&mut self, at: Dated<'_>, rule: Rule, place: usize, reason: Reason) {
        if let Some(standard) = self.made.clocks.get(place).map(StandardClock::standard) {
            self.note(at, rule, (standard, Some(place)), Effect::Stayed(reason));
        }
    }
}
