//! The states of a pathway (`docs/next-step.md`) as one table: who owns the step, what follows, whom the patient asks.
//!
//! The order of the table is the precedence. Several things may be open on a pathway at once, and
//! exactly one owner is the answer: the first open state of the table. Safety stands first (a death,
//! an unseen result, a missed appointment), then what somebody must do now, then waiting for a day
//! that is fixed, then care that goes on by itself. A critical result stands before all but a death.
//! `Booked` and `TimePassed`, and `Planned` and `PlannedDatePassed`, are pairs: the first turns into
//! the second as time passes, at read time. They stand side by side, so that time alone never makes
//! another thread the answer.

use steps::codes::{ContactPurpose, Role};

/// Which side of the interface owns a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The GP practice.
    Practice,
    /// The provider.
    Provider,
}

/// Whom the patient contacts about the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContactSide {
    /// The GP practice.
    Practice,
    /// The provider's service, at its contact point for this purpose.
    Provider(ContactPurpose),
}

macro_rules! states {
    ($( $name:ident $code:literal : $role:ident @ $side:ident, ask $ask:expr; $doc:literal, $next:literal; )+) => {
        /// Where a pathway stands: one state a row of docs/next-step.md, in the order of precedence.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum State { $( #[doc = $doc] $name ),+ }

        impl State {
            /// Every state, in the order of precedence.
            pub const ALL: &'static [Self] = &[ $( Self::$name ),+ ];

            /// Its name in rows, settings and GraphQL.
            pub const fn code(self) -> &'static str {
                match self { $( Self::$name => $code ),+ }
            }

            /// The state of that name.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $( $code => Some(Self::$name), )+ _ => None }
            }

            /// What happens next, in words for the patient.
            pub const fn what_next(self) -> &'static str {
                match self { $( Self::$name => $next ),+ }
            }

            pub(crate) const fn role(self) -> Role {
                match self { $( Self::$name => Role::$role ),+ }
            }

            pub(crate) const fn side(self) -> Side {
                match self { $( Self::$name => Side::$side ),+ }
            }

            pub(crate) const fn ask(self) -> ContactSide {
                match self { $( Self::$name => $ask ),+ }
            }
        }
    };
}

use ContactPurpose::{Bereavement, Booking, General, Questions, Results};
use ContactSide::{Practice as Gp, Provider as At};

states! {
    Deceased "DECEASED": AttendingPractitioner @ Provider, ask At(Bereavement);
        "The patient died and the certificate has not gone to the medical examiner.", "The doctor who gave care completes the certificate and sends it to the medical examiner's office.";
    WithCoroner "DECEASED_WITH_CORONER": AttendingPractitioner @ Provider, ask At(Bereavement);
        "The coroner was notified of the death; who notified keeps track.", "The coroner decides what follows; the office that told the coroner keeps in touch with the family.";
    WithMedicalExaminer "DECEASED_WITH_EXAMINER": MedicalExaminer @ Provider, ask At(Bereavement);
        "The certificate is with the medical examiner's office.", "The medical examiner's office looks at the certificate, offers the family a conversation, and sends it to the registrar.";
    WithRegistrar "DECEASED_WITH_REGISTRAR": MedicalExaminer @ Provider, ask At(Bereavement);
        "The certificate is with the registrar; the medical examiner's office keeps track.", "The registrar registers the death; the medical examiner's office can say whether the certificate arrived.";
    ResultUnreviewed "RESULT_UNREVIEWED": Clinician @ Provider, ask At(Results);
        "A result was reported and nobody of the requester's team has looked at it.", "The team that asked for your test looks at the result.";
    ResultNotTold "RESULT_NOT_TOLD": Clinician @ Provider, ask At(Results);
        "A result was reviewed and the patient has not been told.", "The team that asked for your test tells you the result.";
    DnaUndecided "DNA_UNDECIDED": Clinician @ Provider, ask At(Questions);
        "A did-not-attend was recorded and no decision made.", "A clinician decides whether to offer you another appointment.";
    Admitted "ADMITTED": WardTeam @ Provider, ask At(General);
        "The patient is in hospital.", "The ward team treats you and plans your discharge.";
    TreatmentCancelled "TREATMENT_CANCELLED": SchedulingTeam @ Provider, ask At(Booking);
        "Treatment was cancelled on the day.", "You are given a new date for your treatment.";
    OnwardReferralNeeded "ONWARD_REFERRAL_NEEDED": Consultant @ Provider, ask At(Questions);
        "A referral to somebody else is needed.", "The hospital refers you on; you need not go back to your GP for this.";
    TransferRejected "TRANSFER_REJECTED": BookingTeam @ Provider, ask At(Booking);
        "The other provider did not take the patient.", "The hospital that has your care books you in or refers you elsewhere.";
    TransferUnconfirmed "TRANSFER_UNCONFIRMED": BookingTeam @ Provider, ask At(Booking);
        "Care was passed to another provider, which has not confirmed it.", "The hospital that has your care makes sure that the new one has received everything.";
    DecidedNotTold "DECIDED_NOT_TOLD": Clinician @ Provider, ask At(Questions);
        "Something was decided, and the patient or the practice has not been told.", "A clinician tells you what was decided, and then your GP.";
    ClinicalReview "CLINICAL_REVIEW": Consultant @ Provider, ask At(Questions);
        "Two offers were declined, or a delay of more than six weeks was asked for.", "The consultant reviews with you what is best now.";
    DeclineDisputed "DECLINE_DISPUTED": Consultant @ Provider, ask At(Questions);
        "The referrer disputes that the referral was declined.", "The clinical lead looks at your referral again.";
    Declined "DECLINED": GeneralPractitioner @ Practice, ask Gp;
        "The provider declined the referral.", "The reason and the alternative are explained to you, or the decision is disputed.";
    ReturnedForInformation "RETURNED_FOR_INFORMATION": GeneralPractitioner @ Practice, ask Gp;
        "The provider asked the referrer for more information.", "Your GP practice adds what is missing to your referral.";
    AdviceNeedsInformation "ADVICE_NEEDS_INFORMATION": GeneralPractitioner @ Practice, ask Gp;
        "The specialist asked for more information before advising.", "Your GP practice sends the specialist what is missing.";
    SentNoReceipt "SENT_NO_RECEIPT": PracticeStaff @ Practice, ask Gp;
        "The referral was sent and the provider has not acknowledged it.", "Your GP practice makes sure that your referral has arrived.";
    ReferralDrafted "REFERRAL_DRAFTED": GeneralPractitioner @ Practice, ask Gp;
        "A referral was drafted and not sent.", "Your GP practice sends your referral.";
    AdviceReturned "ADVICE_RETURNED": GeneralPractitioner @ Practice, ask Gp;
        "The specialist answered.", "Your GP tells you what the specialist advised, and treats or refers you.";
    ReceivedUntriaged "RECEIVED_UNTRIAGED": TriageClinician @ Provider, ask At(Questions);
        "The provider has the referral and has not yet triaged it.", "A clinician reads your referral and decides what should happen.";
    SelfReferralUnratified "SELF_REFERRAL_UNRATIFIED": TriageClinician @ Provider, ask At(Questions);
        "The patient's own referral is not yet ratified.", "A professional of the service accepts your referral or explains why not.";
    AdviceAwaiting "ADVICE_AWAITING": AdviceResponder @ Provider, ask Gp;
        "A specialist was asked for advice.", "A specialist answers your GP's question.";
    AttendedNoOutcome "ATTENDED_NO_OUTCOME": Clinician @ Provider, ask At(Questions);
        "The patient was seen and no outcome is recorded.", "The clinician you saw records what was decided.";
    SummaryNotSent "SUMMARY_NOT_SENT": WardTeam @ Provider, ask At(General);
        "The patient left hospital and no discharge summary was sent.", "The hospital sends your discharge summary to your GP practice.";
    LetterNotSent "LETTER_NOT_SENT": Consultant @ Provider, ask At(Questions);
        "The patient was seen and no letter was sent.", "The hospital sends a letter about your visit to your GP practice.";
    ChangeRequested "CHANGE_REQUESTED": BookingTeam @ Provider, ask At(Booking);
        "The patient asked for another date.", "The booking team finds you a new date.";
    AcceptedUnbooked "ACCEPTED_UNBOOKED": BookingTeam @ Provider, ask At(Booking);
        "An appointment is to be made.", "The booking team offers you a date, or tells you how long you are likely to wait.";
    NullifiedAwaitingPatient "NULLIFIED_AWAITING_PATIENT": BookingTeam @ Provider, ask At(Booking);
        "The first appointment was missed and the patient was invited to book again; the booking team keeps track.", "Please ask for a new appointment; the booking team keeps track and will not forget you.";
    TransferReceived "TRANSFER_RECEIVED": BookingTeam @ Provider, ask At(Booking);
        "The receiving provider has the patient.", "The new hospital books you in.";
    StartDateUnknown "START_DATE_UNKNOWN": ValidationTeam @ Provider, ask At(Questions);
        "The receiving provider does not know when the wait began.", "The hospital finds out when your wait began, so that you keep your place.";
    TciDeclinedOnce "TCI_DECLINED_ONCE": SchedulingTeam @ Provider, ask At(Booking);
        "One date for admission was declined.", "The waiting-list office offers you a second date.";
    OnAdmittedList "ON_ADMITTED_LIST": SchedulingTeam @ Provider, ask At(Booking);
        "The patient is on the list for admission without a date.", "The waiting-list office gives you a date for your treatment.";
    TemporarilyUnfit "TEMPORARILY_UNFIT": Consultant @ Provider, ask At(Questions);
        "The patient is not fit for now.", "The consultant's team reviews whether you are well enough.";
    SecondSideNotReady "SECOND_SIDE_NOT_READY": Consultant @ Provider, ask At(Questions);
        "The first side is done and the patient is not yet ready for the second.", "The consultant's team reviews whether you are ready for the second side.";
    ThinkingTime "THINKING_TIME": Consultant @ Provider, ask At(Questions);
        "The patient takes time to think.", "You think it over; the consultant's team gets in touch with you.";
    WorkloadReturned "WORKLOAD_RETURNED": Clinician @ Provider, ask At(Questions);
        "The practice returned work that was passed to it.", "The hospital does what it had asked of your GP practice, or agrees it anew.";
    SharedCareProposed "SHARED_CARE_PROPOSED": Consultant @ Provider, ask At(Questions);
        "Shared care was proposed; the specialist prescribes until it is accepted.", "The specialist team goes on prescribing while your GP practice decides on shared care.";
    TimePassed "TIME_PASSED": Clinician @ Provider, ask At(Questions);
        "The time of the appointment passed and no attendance is recorded.", "The clinic rings you if you were not seen, and records what happened.";
    Booked "BOOKED": Clinician @ Provider, ask At(Booking);
        "An appointment is booked.", "Please come to your appointment.";
    TestNotDone "TEST_NOT_DONE": Clinician @ Provider, ask At(Booking);
        "A test was requested and is not done, or not reported.", "The department does your test and reports the result.";
    LetterUnacknowledged "LETTER_UNACKNOWLEDGED": CorrespondenceTeam @ Provider, ask At(Questions);
        "A letter was sent and nothing says that it arrived.", "The hospital makes sure that its letter reached your GP practice.";
    ActionAsked "ACTION_ASKED": Clinician @ Provider, ask At(Questions);
        "One side asked the other for an action.", "What was asked for is done, or given back.";
    FitNoteExtension "FIT_NOTE_EXTENSION": GeneralPractitioner @ Practice, ask Gp;
        "A fit note beyond the episode is needed.", "Your GP practice issues your further fit note.";
    SharedCareActive "SHARED_CARE_ACTIVE": GeneralPractitioner @ Practice, ask Gp;
        "Shared care is agreed.", "Your GP practice prescribes and does the agreed checks; the specialist advises.";
    PlannedDatePassed "PLANNED_DATE_PASSED": SchedulingTeam @ Provider, ask At(Booking);
        "The day of planned care passed.", "You are given a date at once, or join the active waiting list.";
    Planned "PLANNED": Consultant @ Provider, ask At(Booking);
        "Care is planned for a later day.", "Your planned care is arranged for the day agreed with you.";
    ActiveMonitoring "ACTIVE_MONITORING": Consultant @ Provider, ask At(Questions);
        "The condition is watched.", "Your condition is watched, and the consultant's team reviews it with you.";
    PifuOpen "PIFU_OPEN": Clinician @ Provider, ask At(Booking);
        "The patient may ask for follow-up; the service closes it when the window ends.", "You can ask for a follow-up appointment whenever you need one, until the date given.";
    BackWithPractice "BACK_WITH_PRACTICE": GeneralPractitioner @ Practice, ask Gp;
        "Care is back with the GP practice.", "Your GP practice looks after you now and carries out the plan.";
    ContactPointFailed "CONTACT_POINT_FAILED": ServiceManager @ Provider, ask At(General);
        "A contact point is said not to work.", "The service manager mends the line or gives another.";
    Unmatched "UNMATCHED": PathwayCoordinator @ Provider, ask At(General);
        "Activity arrived that fits this pathway only in part, or more than one.", "The pathway coordinator finds out where what was reported belongs.";
    Assigned "ASSIGNED": Clinician @ Provider, ask At(Questions);
        "The step was given to somebody who accepted it.", "The next step was given to somebody, who accepted it.";
    Unowned "UNOWNED": PathwayCoordinator @ Provider, ask At(General);
        "Nobody owns the next step.", "The pathway coordinator finds out who is responsible and tells you.";
}

impl State {
    /// What the state is once the day or hour it waits for has passed.
    #[must_use]
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other state stays what it is")]
    pub const fn when_time_has_passed(self) -> Self {
        match self {
            Self::Booked => Self::TimePassed,
            Self::Planned => Self::PlannedDatePassed,
            other => other,
        }
    }

    /// Whether the patient has died: nothing else stands before it, and nobody is addressed.
    pub const fn is_after_death(self) -> bool {
        matches!(
            self,
            Self::Deceased | Self::WithCoroner | Self::WithMedicalExaminer | Self::WithRegistrar
        )
    }

    /// Whether the provider is asked about this although the practice owns the step: reasons for a
    /// decline, and side effects under shared care.
    pub(crate) fn asks_the_provider_about(self, purpose: ContactPurpose) -> bool {
        matches!(
            (self, purpose),
            (Self::Declined, ContactPurpose::Delay)
                | (Self::SharedCareActive, ContactPurpose::Deterioration)
        )
    }

    /// Whether an appointment that is booked and still to come answers it: a date is there.
    pub(crate) const fn is_answered_by_an_appointment(self) -> bool {
        matches!(
            self,
            Self::AcceptedUnbooked
                | Self::NullifiedAwaitingPatient
                | Self::TransferReceived
                | Self::TransferRejected
        )
    }

    /// Whether a date to come in answers it.
    pub(crate) const fn is_answered_by_a_date_to_come_in(self) -> bool {
        matches!(self, Self::OnAdmittedList | Self::TciDeclinedOnce | Self::TreatmentCancelled)
    }

    /// Whether the patient is on the way to an admission.
    pub(crate) const fn is_on_the_list(self) -> bool {
        self.is_answered_by_a_date_to_come_in()
            || matches!(
                self,
                Self::ClinicalReview
                    | Self::TemporarilyUnfit
                    | Self::SecondSideNotReady
                    | Self::ThinkingTime
            )
    }
}
