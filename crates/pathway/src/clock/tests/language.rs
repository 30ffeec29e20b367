//! given a story, when the clock is worked out, then these lines: `2026-01-05 row 1 started`.

use testkit::{Story, json, story};

use crate::{
    History, Told as ToldStep,
    clock::{Clock, ClockPolicy, ClockSettings, ClockState, Effect, Move, Period},
};

/// The clock of a story, to be asked about.
pub(super) struct Told {
    pub(super) clock: Clock,
}

/// The clock under the default policy.
pub(super) fn clock_of(story: Story) -> Told {
    clock_dated(&ClockPolicy::default(), story)
}

/// The clock under the same settings on every day.
pub(super) fn clock_under(settings: &ClockSettings, story: Story) -> Told {
    clock_dated(&ClockPolicy::always(settings.clone()), story)
}

/// The clock under `policy`, which must be the same when the story is told backwards.
pub(super) fn clock_dated(policy: &ClockPolicy, story: Story) -> Told {
    let mut steps = told(&story);
    let clock = Clock::of(&history(steps.clone()), policy);
    steps.reverse();
    assert_eq!(clock, Clock::of(&history(steps), policy), "the order of telling matters");
    Told { clock }
}

/// The history that `told` makes.
pub(super) fn history(told: Vec<ToldStep>) -> History {
    History::of(testkit::pathway_id(), told)
}

/// The steps of a story as this crate's own: the kit is built with the crate as others see it.
pub(super) fn told(story: &Story) -> Vec<ToldStep> {
    let ours = story.told().into_iter().map(|told| ToldStep {
        event_id: told.event_id,
        occurred_at: told.occurred_at,
        entered_in_source_at: told.entered_in_source_at,
        recorded_at: told.recorded_at,
        actor: None,
        source: None,
        step: told.step,
    });
    ours.collect()
}

/// A referral received on 5 January, which starts the clock by row 1.
pub(super) fn referred() -> Story {
    story().on("2026-01-05", "referralReceived", json!({"route": "OTHER"}))
}

impl Told {
    /// What every step did, in order.
    #[track_caller]
    pub(super) fn expect(self, lines: &[&str]) -> Self {
        let moves: Vec<String> = self.clock.moves.iter().map(line).collect();
        assert_eq!(moves, lines);
        self
    }

    /// What the last step did.
    #[track_caller]
    pub(super) fn last(self, expected: &str) -> Self {
        assert_eq!(self.clock.moves.last().map(line).as_deref(), Some(expected));
        self
    }

    /// That one of the steps did this.
    #[track_caller]
    pub(super) fn said(self, expected: &str) -> Self {
        let moves: Vec<String> = self.clock.moves.iter().map(line).collect();
        assert!(moves.iter().any(|line| line == expected), "{expected}: {moves:#?}");
        self
    }

    /// The periods: `2026-01-05 to 2026-02-01 34`.
    #[track_caller]
    pub(super) fn periods(self, lines: &[&str]) -> Self {
        let periods: Vec<String> = self.clock.periods.iter().map(period).collect();
        assert_eq!(periods, lines);
        self
    }

    /// The state.
    #[track_caller]
    pub(super) fn is(self, state: ClockState) -> Self {
        assert_eq!(self.clock.state, state);
        self
    }
}

fn line(made: &Move) -> String {
    let effect = match made.effect {
        Effect::Rejected(reason) => format!("rejected {reason:?}"),
        other => format!("{other:?}").to_lowercase(),
    };
    let status = made.status.and_then(steps::codes::RttStatus::code);
    let status = status.map_or_else(String::new, |code| format!(" {code}"));
    format!("{} row {} {effect}{status}", made.on, made.row.number())
}

fn period(period: &Period) -> String {
    let start = period.start.date.map_or_else(|| "unknown".to_owned(), |date| date.to_string());
    let end = period.end.as_ref().map_or_else(
        || "open".to_owned(),
        |end| {
            let admitted = if end.admitted { " admitted" } else { "" };
            let provisional = if end.provisional { " provisional" } else { "" };
            let code = end.status.code().unwrap_or_default();
            format!("{} {code}{admitted}{provisional}", end.date)
        },
    );
    let nullified = if period.nullified { " nullified" } else { "" };
    format!("{start} to {end}{nullified}")
}
