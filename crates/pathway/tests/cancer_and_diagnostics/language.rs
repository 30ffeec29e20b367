//! given a story, when the clocks are worked out, then these lines.

use chrono::NaiveDate;
use pathway::{
    History,
    cancer_and_diagnostics::{
        Effect, Move, StandardClock, StandardClocks, Standards, cancer, diagnostics,
    },
};
use testkit::{Story, Value, json, story};

/// Clocks, with the standards that judge them.
pub(crate) struct Told {
    pub(crate) made: StandardClocks,
    standards: Standards,
}

pub(crate) fn date(raw: &str) -> NaiveDate {
    raw.parse().unwrap()
}

/// The cancer clocks of a story, which must be the same when it is told backwards.
pub(crate) fn cancer_of(story: Story) -> Told {
    under(policy::shipped_standards(), story, cancer::clocks)
}

/// The diagnostic clocks of a story, which must be the same when it is told backwards.
pub(crate) fn tests_of(story: Story) -> Told {
    under(policy::shipped_standards(), story, diagnostics::clocks)
}

pub(crate) fn under(
    standards: Standards,
    story: Story,
    clocks: fn(&History, &Standards) -> StandardClocks,
) -> Told {
    let made = clocks(&story.history(), &standards);
    assert_eq!(made, clocks(&story.told_backwards(), &standards), "the order of telling matters");
    Told { made, standards }
}

/// An urgent suspected-cancer referral received on 5 January.
pub(crate) fn suspected() -> Story {
    let fields = json!({"cancerRoute": "URGENT_SUSPECTED_CANCER", "provider": "RJ1"});
    story().on("2026-01-05", "cancerPathwayOpened", fields)
}

/// A test asked for on 5 January.
pub(crate) fn asked_for(more: Value) -> Story {
    story().on("2026-01-05", "testRequested", test("T1", more))
}

pub(crate) fn test(id: &str, more: Value) -> Value {
    let mut fields = json!({"testId": id, "modality": "IMAGING", "dm01": true,
        "dm01Test": "MAGNETIC_RESONANCE_IMAGING", "requester": "G85001", "provider": "RJ1"});
    for (name, value) in more.as_object().unwrap() {
        fields[name] = value.clone();
    }
    fields
}

/// Told it is cancer, or that it is ruled out.
pub(crate) fn told(story: Story, on: &str, outcome: &str) -> Story {
    story.on(on, "diagnosisCommunicated", json!({"diagnosisOutcome": outcome}))
}

pub(crate) fn decided(story: Story, on: &str, event: &str, more: Value) -> Story {
    treatment(story, on, "cancerTreatmentDecided", event, more)
}

pub(crate) fn treated(story: Story, on: &str, event: &str, more: Value) -> Story {
    treatment(story, on, "cancerTreatmentStarted", event, more)
}

fn treatment(story: Story, on: &str, name: &str, event: &str, more: Value) -> Story {
    let mut fields = json!({"cancerTreatmentEvent": event, "cancerModality": "SURGERY",
        "provider": "RJ1"});
    for (name, value) in more.as_object().unwrap() {
        fields[name] = value.clone();
    }
    story.on(on, name, fields)
}

pub(crate) fn booked(story: Story, on: &str, id: &str, starts_at: &str, kind: &str) -> Story {
    let fields = json!({"appointmentId": id, "startsAt": starts_at, "bookingKind": kind,
        "provider": "RJ1"});
    story.on(on, "appointmentBooked", fields)
}

pub(crate) fn missed(story: Story, day: &str, id: &str) -> Story {
    let fields = json!({"appointmentId": id, "appointmentDate": day, "attendanceCode": "3",
        "provider": "RJ1"});
    story.on(day, "dnaRecorded", fields)
}

pub(crate) fn seen(story: Story, day: &str, id: &str) -> Story {
    let fields = json!({"appointmentId": id, "attendanceCode": "5", "provider": "RJ1"});
    story.on(day, "outpatientAttended", fields)
}

pub(crate) fn cancelled(story: Story, on: &str, id: &str, initiator: &str) -> Story {
    let fields = json!({"appointmentId": id, "initiator": initiator,
        "appointmentCancelReason": "NOT_SPECIFIED"});
    story.on(on, "appointmentCancelled", fields)
}

impl Told {
    /// What every step did, in order: `2026-01-05 CANCER_28_DAY PATIENT_TOLD STOPPED`.
    #[track_caller]
    pub(crate) fn expect(self, lines: &[&str]) -> Self {
        assert_eq!(self.moves(), lines);
        self
    }

    /// That one of the steps did this.
    #[track_caller]
    pub(crate) fn said(self, expected: &str) -> Self {
        let moves = self.moves();
        assert!(moves.iter().any(|line| line == expected), "{expected}: {moves:#?}");
        self
    }

    fn moves(&self) -> Vec<String> {
        self.made.moves.iter().map(line).collect()
    }

    /// The clocks as they stand on a day: `CANCER_28_DAY from 2026-01-05: 28 days, stopped, within`.
    #[track_caller]
    pub(crate) fn on(self, day: &str, lines: &[&str]) -> Self {
        let clocks = self.made.clocks.iter();
        let clocks: Vec<String> = clocks.map(|clock| self.clock(clock, date(day))).collect();
        assert_eq!(clocks, lines);
        self
    }

    fn clock(&self, clock: &StandardClock, on: NaiveDate) -> String {
        let days = clock.days(on);
        let state = match &clock.end {
            None => "open",
            Some(end) if end.counts => "stopped",
            Some(_) => "closed",
        };
        let limit = clock.limit(&self.standards);
        let judged = match (days, limit) {
            (Some(days), Some(limit)) if days <= limit.within_days_max => "within",
            (Some(_), Some(_)) => "over",
            _ => "unjudged",
        };
        let days = days.map_or_else(|| "no".to_owned(), |days| days.to_string());
        let (code, start) = (clock.standard().code(), clock.start_on(on));
        format!("{code} from {start}: {days} days, {state}, {judged}")
    }
}

fn line(made: &Move) -> String {
    let effect = match made.effect {
        Effect::Stayed(reason) | Effect::Rejected(reason) => {
            format!("{} {reason:?}", made.effect.code())
        }
        _ => made.effect.code().to_owned(),
    };
    format!("{} {} {} {effect}", made.on, made.standard.code(), made.rule.code())
}
