//! The rules by which a step moves a clock, each with its code and what it says.
//!
//! To which standards a rule applies, from when, and how sure we are of it is data
//! (`schema/policies/cancer-and-diagnostics.toml`); what it means is code.

macro_rules! rules {
    ($( $name:ident, $code:literal, $what:literal; )+) => {
        /// A rule of the cancer and diagnostic clocks.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Rule { $( #[doc = concat!("`", $code, "`: ", $what, ".")] $name ),+ }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[ $( Self::$name ),+ ];

            /// Its code, as the settings and the API write it.
            pub const fn code(self) -> &'static str {
                match self { $( Self::$name => $code ),+ }
            }

            /// What it says, in plain English.
            pub const fn what(self) -> &'static str {
                match self { $( Self::$name => $what ),+ }
            }

            /// The rule of that code.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $( $code => Some(Self::$name), )+ _ => None }
            }
        }
    };
}

rules! {
    SuspectedCancerReferral, "SUSPECTED_CANCER_REFERRAL", "an urgent suspected-cancer, breast-symptomatic or urgent screening referral was received, which is day 0";
    ConsultantUpgrade, "CONSULTANT_UPGRADE", "a consultant upgraded the pathway to suspected cancer, which is day 0";
    TreatmentDecided, "TREATMENT_DECIDED", "a treatment for cancer was decided, which is day 0";
    EarliestAppropriateDay, "EARLIEST_APPROPRIATE_DAY", "a later treatment waits from the earliest clinically appropriate day";
    PatientTold, "PATIENT_TOLD", "the patient was told of a cancer or that it is ruled out, which stops the clock";
    FirstTreatment, "FIRST_TREATMENT", "first definitive treatment for cancer started, which stops the clock";
    LaterTreatment, "LATER_TREATMENT", "a later treatment for cancer started, which stops its clock";
    CancerRuledOut, "CANCER_RULED_OUT", "cancer was ruled out, so no treatment for it is waited for";
    FirstAppointmentMissed, "FIRST_APPOINTMENT_MISSED", "after a missed first appointment the clock counts from the day the patient rebooks";
    TreatmentOfferDeclined, "TREATMENT_OFFER_DECLINED", "after a declined offer of treatment the days until the patient is available again are not counted";
    NoAdjustment, "NO_ADJUSTMENT", "complexity, tests, being unfit and cancelling do not adjust the clock";
    PatientDied, "PATIENT_DIED", "the patient died, so nothing is waited for";
    AllTreatmentDeclined, "ALL_TREATMENT_DECLINED", "the patient declined all treatment, so none is waited for";
    PrivateTreatment, "PRIVATE_TREATMENT", "the patient chose private treatment, so nothing is waited for here";
    TestRequested, "TEST_REQUESTED", "a test of the diagnostics return was requested, which is day 0";
    TestOutsideReturn, "TEST_OUTSIDE_RETURN", "a test outside the return, for screening or for an inpatient has no clock";
    SurveillanceNotDue, "SURVEILLANCE_NOT_DUE", "a planned or surveillance test has no clock until it is overdue";
    SurveillanceOverdue, "SURVEILLANCE_OVERDUE", "a planned or surveillance test is overdue, and waits from the day it was due";
    TestCountedOnce, "TEST_COUNTED_ONCE", "each test is counted once, whoever asks for it again";
    TestPerformed, "TEST_PERFORMED", "the test was done, which stops the clock";
    TestAppointmentMissed, "TEST_APPOINTMENT_MISSED", "after a missed test appointment the clock starts again from its day";
    TestCancelledByPatient, "TEST_CANCELLED_BY_PATIENT", "after the patient cancelled a test appointment the clock starts again";
    TestAppointmentChanged, "TEST_APPOINTMENT_CHANGED", "moving a test appointment, or a cancellation by the provider, does not touch the clock";
}
