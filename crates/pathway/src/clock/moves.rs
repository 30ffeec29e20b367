//! What a step did to the clock, and why it did no more.

use chrono::NaiveDate;
use steps::{EventId, StepKind, codes::RttStatus};

use super::{ClockState, Row, Silence, Silent};

/// What one step did to the clock, by which row of the table. There is one for every step that
/// could touch the clock, also where it was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The step.
    pub event_id: EventId,
    /// What it is.
    pub kind: StepKind,
    /// The date on which it counts, which for a decision is the day the patient was told.
    pub on: NaiveDate,
    /// The row of the table.
    pub row: Row,
    /// The state before.
    pub from: ClockState,
    /// The state after.
    pub to: ClockState,
    /// What it did.
    pub effect: Effect,
    /// The RTT period status of the activity, where the table gives one.
    pub status: Option<RttStatus>,
    /// The period it concerns, as an index into the clock's periods.
    pub period: Option<usize>,
}

impl Move {
    /// Whether the clock moved: another state, or a period changed.
    pub fn has_moved(&self) -> bool {
        let changed = !matches!(self.effect, Effect::Stayed | Effect::Rejected(_));
        changed || self.from != self.to
    }

    /// Its step as one of which nothing but itself is said, for readers that say both alike.
    pub const fn unsaid(&self) -> Silent {
        let (event_id, kind, on) = (self.event_id, self.kind, self.on);
        Silent { event_id, kind, on, why: Silence::Evidence }
    }
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It started the first period.
    Started,
    /// It ended the period.
    Stopped,
    /// It ended the period, which then counts nowhere.
    Nullified,
    /// It took a stop back: the period runs on from its old start.
    Retracted,
    /// It started a later period.
    Restarted,
    /// It corrected a period, which was worked out again.
    Corrected,
    /// It left the clock as it was.
    Stayed,
    /// It claims an effect that the rules do not allow.
    Rejected(Reason),
}

impl Effect {
    /// Its name, for machines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Started => "STARTED",
            Self::Stopped => "STOPPED",
            Self::Nullified => "NULLIFIED",
            Self::Retracted => "RETRACTED",
            Self::Restarted => "RESTARTED",
            Self::Corrected => "CORRECTED",
            Self::Stayed => "STAYED",
            Self::Rejected(_) => "REJECTED",
        }
    }

    /// Why it did not move the clock, where it claimed to.
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Rejected(reason) => Some(reason),
            Self::Started
            | Self::Stopped
            | Self::Nullified
            | Self::Retracted
            | Self::Restarted
            | Self::Corrected
            | Self::Stayed => None,
        }
    }
}

macro_rules! reasons {
    ($( $name:ident, $sentence:literal; )+) => {
        /// Why a step did not move the clock.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason { $( #[doc = concat!("Said as: ", $sentence)] $name ),+ }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Self] = &[ $( Self::$name ),+ ];

            /// The reason in plain English.
            pub const fn sentence(self) -> &'static str {
                match self { $( Self::$name => $sentence ),+ }
            }
        }
    };
}

reasons! {
    NoOpenPeriod, "No waiting period is open that this could stop.";
    PeriodAlreadyOpen, "A waiting period is already open, and a pathway never has two at once.";
    StopBeforeStart, "The stop would be before the start of the waiting period.";
    StartBeforeLastEnd, "The new waiting period would start before the last one ended.";
    PatientNotToldYet, "The patient has not been told of the decision yet, so the clock ticks on.";
    NoClinicalDecision, "No clinical decision that ends the wait is recorded.";
    NotRatified, "The self-referral has not been ratified by a permitted professional.";
    CommunicationNotProven, "Nothing shows that the missed appointment was clearly communicated.";
    NotAMissCode, "The attendance code does not say that the appointment was missed.";
    CancelledBeforehand, "The appointment was cancelled before it began, and any earlier notice is not a missed appointment.";
    MovedBeforehand, "The appointment was moved to another day before it began, and any earlier notice is not a missed appointment.";
    NotTheDayBooked, "The appointment was not booked for the day on which it is said to have been missed.";
    SeenAfterAll, "The patient is recorded as seen at the appointment that is said to have been missed.";
    SafeguardMissing, "Not all four safeguards of a discharge after a missed appointment are met.";
    NothingWasMissed, "No missed appointment of this waiting period is recorded.";
    DischargedAfterDna, "The patient was discharged after the missed appointment: a clinician must offer again, or a new referral come.";
    PatientDidNotAgree, "The patient did not agree to active monitoring.";
    NoConversation, "No conversation between clinician and patient about the delay is recorded.";
    TooFewReasonableOffers, "Fewer than two reasonable offers were made and declined, or possible in the time the patient is away.";
    AlternativeNotAgreed, "An offer of another provider counts only where the patient had agreed to be offered dates there.";
    ChoiceMonitoringOff, "Active monitoring for a delay by choice is switched off by policy.";
    ClockIsTicking, "A running clock is not stopped by a planned list; being unfit is no reason either.";
    NeedsOwnPathway, "A separate condition needs a pathway of its own.";
    CancelledInError, "A referral made in error leaves the list by a correction with its reason.";
    WithdrawalNotDecided, "That the patient declines all treatment must be recorded as such.";
    DecisionMissing, "A referral that is no longer wanted ends by a decision that is told to the patient.";
    RemovalIsNoStop, "Taking somebody off a list does not stop the clock: the decision behind it must be recorded.";
    StatusMissing, "A stop needs its date and its status.";
    TransferNotReceived, "The clock runs at another provider that has not confirmed receipt.";
    PatientHasDied, "The patient has died.";
    NoSuchPeriod, "No waiting period matches the one to be corrected.";
    CorrectedAway, "Validation found that this did not stop the clock.";
}
