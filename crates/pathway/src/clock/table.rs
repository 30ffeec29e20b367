//! The decision table of the RTT clock: its 62 rows, each with where it is written and what it says.
//!
//! The guidance is NHS England's *Recording and reporting RTT waiting times*, v5.0 (`S3`).
//! A section of `design` marks a row that is our reading and no rule of the NHS.

/// A source as the table has it, written out for people.
fn written_out(section: &str) -> String {
    match (section, section.strip_prefix("S3 ")) {
        (_, Some(places)) => {
            let word = match places.matches('§').count() {
                0 => "",
                1 => "section ",
                _ => "sections ",
            };
            format!("RTT guidance v5.0, {word}{}", places.replace('§', ""))
        }
        ("S19", None) => "ministerial answer of 18 June 2026 on advice and guidance".to_owned(),
        ("design", None) => "Waymark's own reading, where the guidance is silent".to_owned(),
        (other, None) => format!("{other}, not confirmed in the guidance"),
    }
}

macro_rules! rows {
    ($( $number:literal $name:ident, $section:literal, $what:literal; )+) => {
        /// A row of the decision table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Row { $( #[doc = concat!("Row ", $number, ": ", $what, ".")] $name = $number ),+ }

        impl Row {
            /// Every row, in order.
            pub const ALL: &'static [Self] = &[ $( Self::$name ),+ ];

            /// Its number in the table.
            pub const fn number(self) -> u8 { self as u8 }

            /// The section of the guidance it rests on.
            pub const fn section(self) -> &'static str {
                match self { $( Self::$name => $section ),+ }
            }

            /// The section it rests on, written out: `RTT guidance v5.0, section 3.2.1`.
            pub fn guidance(self) -> String { written_out(self.section()) }

            /// What it says, in plain English.
            pub const fn what(self) -> &'static str {
                match self { $( Self::$name => $what ),+ }
            }
        }
    };
}

rows! {
    1 Referred, "S3 §3.2.1", "the provider received a referral, which starts the clock";
    2 OutOfScope, "S3 §5, §7, §11.1", "the referral is outside RTT, or for an opinion or test only, and starts no clock";
    3 AdviceAsked, "S19", "asking for advice starts no clock";
    4 AdviceAtSinglePoint, "S19", "advice became a referral, and the clock starts when the single point of access had the request";
    5 AdviceBecameReferral, "S19", "advice became a referral, and the clock starts when the provider had notice of it";
    6 SelfReferralRatified, "S3 §3.3", "a self-referral was ratified, and the clock starts when it was received";
    7 ReferralSentBack, "S3 §3.2.1", "a referral that is declined, redirected or returned for information keeps its clock";
    8 ReturnedToPrimaryCare, "S3 §4.3.2.1", "the patient was told that care returns to primary care, which stops the clock";
    9 AppointmentMade, "S3 §4.4.2", "offering, booking or moving an appointment does not touch the clock";
    10 PatientCancelled, "S3 §4.4.2.1", "a cancellation by the patient does not touch the clock";
    11 ProviderCancelled, "S3 §4.4.2.2", "a cancellation by the provider does not touch the clock";
    12 FirstDna, "S3 §4.4.1.3", "the patient missed the first appointment, clearly communicated, which nullifies the clock";
    13 FirstDnaUnproven, "S3 §4.4.1.3", "the patient missed the first appointment, but nothing shows that it was communicated";
    14 Rebooked, "S3 §3.4.5", "after a nullified clock another appointment was asked for or decided, which starts a new clock";
    15 DischargedAfterFirstDna, "S3 §4.4.1.3", "the patient was discharged after the missed first appointment, and no clock runs";
    16 LaterDna, "S3 §4.4.1.3", "missing a later appointment does not touch the clock";
    17 DischargedAfterLaterDna, "S3 §4.4.1.3", "the patient was discharged after a later missed appointment with all four safeguards, which stops the clock";
    18 DischargeUnguarded, "S3 §4.4.1.3", "a discharge after a later missed appointment without all four safeguards stops nothing";
    19 Attended, "S3 Annex D", "the patient was seen and more is expected, so the clock runs on";
    20 Treated, "S3 §4.3", "first definitive treatment started, which stops the clock";
    21 AdmittedForTreatment, "S3 §4.3.2.3", "the patient was admitted for first definitive treatment, which stops the clock";
    22 ProcedureNotDone, "S3 §4.3.2.3", "the procedure was not carried out and is still needed, so the clock runs on from its old start";
    23 ProcedureAbandoned, "S3 §4.3.2.3", "the procedure was not carried out and the decision is not to treat, which stops the clock when the patient is told";
    24 AdmittedForOther, "S3 §4.3.2.3", "an admission for a diagnosis or to prepare treatment does not stop the clock";
    25 TreatedWhileAdmitted, "S3 §4.3.2.3", "definitive treatment was given in an admission meant for something else, which stops the clock";
    26 TransplantListed, "S3 §4.3.2.4", "the patient was told of joining a matched transplant list, which stops the clock";
    27 DecidedNotToTreat, "S3 §4.4", "the patient was told of a decision not to treat, which stops the clock";
    28 TreatmentDeclined, "S3 §4.4.1.2", "the patient declined all treatment, which stops the clock";
    29 MonitoringByPatient, "S3 §4.4.1.4", "the patient started active monitoring, which stops the clock";
    30 MonitoringByProfessional, "S3 §8.3", "a care professional started active monitoring, which stops the clock";
    31 MonitoringUnfounded, "S3 §8.3", "active monitoring for a delay without what it needs stops nothing";
    32 ActivityDuringMonitoring, "S3 Annex D", "activity during active monitoring starts no clock";
    33 ResumedAfterMonitoring, "S3 §3.4.4", "treatment goes ahead after active monitoring, which starts a new clock";
    34 DischargedFromMonitoring, "S3 Annex D", "the patient was discharged from active monitoring; the earlier stop stands";
    35 NewTreatmentDecided, "S3 §3.4.2", "a substantively new treatment was decided, which starts a new clock";
    36 SecondSideReady, "S3 §3.4.1", "the patient is fit and ready for the second side, which starts a new clock";
    37 ReReferred, "S3 §3.4.3", "the patient was referred again, which starts a new clock";
    38 SeparateCondition, "S3 Annex D, Annex E", "a separate condition has a new pathway with a clock of its own";
    39 TransferredOut, "S3 §11.3", "clinical responsibility moved to another provider, where the clock runs on";
    40 TransferReceived, "S3 §11.3, Annex C", "the receiving provider reports the clock from its original start";
    41 TransferRejected, "design", "the transfer was rejected, and the sender reports the clock again";
    42 OpinionElsewhere, "S3 §11.1", "an opinion or test elsewhere leaves the clock where it is";
    43 TemporarilyUnfit, "S3 §5.1, §4.4.2.2", "being unfit for a while does not touch the clock";
    44 Planned, "S3 §5", "the patient is on a planned list, outside RTT";
    45 PlannedOverdue, "S3 §5.2", "a planned admission for treatment is overdue, which starts a new clock";
    46 PlannedNoClock, "S3 §5.2.1", "a planned date passed that starts no RTT clock";
    47 Died, "S3 Annex D", "the patient died, which stops a running clock";
    48 WentPrivate, "own knowledge", "the patient chose private treatment, which stops the clock";
    49 Corrected, "design", "validation corrected the record, and the clock was worked out again";
    50 LeftOrUntraceable, "own knowledge", "the patient moved abroad or cannot be traced, which stops the clock once a clinician decides";
    51 SamePeriod, "S3 §3.2.1, §3.2.2", "another referral of the same period: the earliest known start stands";
    52 NewTreatmentElsewhere, "S3 §3.4.2", "a new treatment at another provider starts a clock when that provider has the referral";
    53 NotYetTold, "S3 §4.4", "a decision was made and the patient not told yet, so the clock ticks";
    54 OneOfferDeclined, "S3 §4.4.1.1", "the patient declined this treatment and wants another, so the clock ticks";
    55 ThinkingTime, "S3 §4.4.1.4", "time to think does not touch the clock";
    56 PlannedWhileTicking, "S3 §5.1", "a planned list does not stop a running clock";
    57 AdmittedOutsidePeriod, "S3 §4.3.2.3", "an emergency, planned or unrelated admission does not touch the clock";
    58 TransferStartUnknown, "S3 §10.1.5", "a transfer came without a start date: reported as unknown start, to be chased";
    59 BecameEnglish, "S3 §10.1.9.1", "an earlier wait for a commissioner outside England is not counted";
    60 ReferralCancelled, "design", "a cancelled referral ticks on until the decision behind it is recorded";
    61 StopNotApplied, "S3 Annex E", "a stop with no open period, or without what a stop must carry, is not applied";
    62 Unlisted, "design", "nothing in the table: the clock does not move";
}
