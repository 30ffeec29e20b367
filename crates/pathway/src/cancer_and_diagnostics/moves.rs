//! What a step did to a clock, and why it did no more.

use chrono::NaiveDate;
use steps::{EventId, StepKind};

use super::{Rule, Standard};

/// What one step did to one clock, or why it did nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The step.
    pub event_id: EventId,
    /// What it is.
    pub kind: StepKind,
    /// The date on which it counts: a referral's receipt, a missed appointment's day.
    pub on: NaiveDate,
    /// By which rule.
    pub rule: Rule,
    /// The standard it speaks to.
    pub standard: Standard,
    /// What it did.
    pub effect: Effect,
    /// The clock it concerns, as an index into the clocks.
    pub clock: Option<usize>,
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It started a clock.
    Started,
    /// It stopped the clock, which then counts in the figures.
    Stopped,
    /// The clock counts from another day.
    Reset,
    /// Days are not counted.
    Adjusted,
    /// It ended the clock without what is waited for, or before the day it counts from: it counts in
    /// no figure.
    Closed(Option<Reason>),
    /// It left the clock as it was.
    Stayed(Reason),
    /// It claims an effect that the rules do not allow.
    Rejected(Reason),
}

impl Effect {
    /// Its code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Started => "STARTED",
            Self::Stopped => "STOPPED",
            Self::Reset => "RESET",
            Self::Adjusted => "ADJUSTED",
            Self::Closed(_) => "CLOSED",
            Self::Stayed(_) => "STAYED",
            Self::Rejected(_) => "REJECTED",
        }
    }

    /// Why it did no more.
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Stayed(reason) | Self::Rejected(reason) => Some(reason),
            Self::Closed(reason) => reason,
            Self::Started | Self::Stopped | Self::Reset | Self::Adjusted => None,
        }
    }
}

macro_rules! reasons {
    ($( $name:ident, $sentence:literal; )+) => {
        /// Why a step did not move the clock.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason { $( #[doc = concat!("Said as: ", $sentence)] $name ),+ }

        impl Reason {
            /// The reason in plain English.
            pub const fn sentence(self) -> &'static str {
                match self { $( Self::$name => $sentence ),+ }
            }
        }
    };
}

reasons! {
    AlreadyRuns, "A clock of this kind already runs from an earlier day, which stands.";
    NoOpenClock, "No clock of this kind is open that this could stop.";
    StopBeforeStart, "It happened before the day from which the wait counts, so the wait counts in no figure.";
    NotInForce, "The rule is not in force for this standard on that day.";
    TreatmentIsNoTelling, "That treatment started does not show that the patient was told the diagnosis.";
    AwaitsRebooking, "The first appointment was missed; the start stands until the patient rebooks.";
    NotTheFirst, "Only a missed first appointment resets the clock, and the patient has been seen since its start.";
    ResetBefore, "The clock was reset for a missed first appointment before, and no more is allowed.";
    NotAMissCode, "The attendance code does not say that the appointment was missed.";
    CancelledBeforehand, "The appointment was cancelled before it began, and any earlier notice is not a missed appointment.";
    MovedBeforehand, "The appointment was moved to another day before it began, and any earlier notice is not a missed appointment.";
    NotTheDayBooked, "The appointment was not booked for the day on which it is said to have been missed.";
    SeenAfterAll, "The patient is recorded as seen at the appointment that is said to have been missed.";
    OfferUnknown, "The offer that was declined is not recorded.";
    NotATreatmentOffer, "The offer was not of a date to come in for treatment.";
    ShortNotice, "The offer was made at shorter notice than a reasonable offer needs.";
    ReturnUnknown, "Nobody recorded when the patient is available again.";
    NothingToTakeOff, "The patient was available again by the day that was offered.";
    WhichTreatment, "More than one treatment is waited for, and nothing shows which of them was offered.";
    NotAdjusted, "Complexity, tests, being unfit and cancelling leave the clock as it is.";
    NotInTheReturn, "The request says that the test does not count in the diagnostics return.";
    IsScreening, "The test is part of a screening programme.";
    IsInpatient, "The test is for an admitted patient.";
    NotYetDue, "The test is planned or for surveillance, and not known to be overdue.";
    NoPlannedTest, "No planned test of the return is recorded for that date.";
    CountedOnce, "This test is on the list already.";
    AlreadyDone, "This test has been done already.";
    TestUnknown, "No request of this test is recorded.";
    WhichTest, "Nothing shows which of the tests waited for this appointment was for.";
    ByTheProvider, "The provider cancelled, and the patient's wait goes on.";
    OnlyMoved, "The appointment was moved and not cancelled.";
}
