//! Data-quality findings: what a history says that cannot be the whole of it.
//!
//! A step that names something not seen yet (a DNA before its booking) is a fact and is kept. It is a
//! finding until the step that introduces the thing arrives, and again when that one is withdrawn.
//! Nothing of a step's contents is told, only which step it is and in which field.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use steps::{EventId, OccurredAt, Step, StepKind};

use crate::{
    Clock, Entry, History, WhySetAside,
    clock::{Effect, Reason},
    london,
};

macro_rules! codes {
    ($( $name:ident, $code:literal, $sentence:literal; )+) => {
        /// What is found.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $( #[doc = concat!("Said as: ", $sentence)] $name ),+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[ $( Self::$name ),+ ];

            /// Stable code for machines.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$name => $code ),+ }
            }

            /// What is found, in plain English, and what would mend it.
            pub const fn sentence(self) -> &'static str {
                match self { $( Self::$name => $sentence ),+ }
            }
        }
    };
}

codes! {
    AppointmentNotBooked, "APPOINTMENT_NOT_BOOKED", "No step in effect books the appointment: expected `appointmentBooked`.";
    OfferNotMade, "OFFER_NOT_MADE", "No step in effect makes the offer: expected `appointmentOffered`.";
    AdmissionNotRecorded, "ADMISSION_NOT_RECORDED", "No step in effect admits the patient: expected `patientAdmitted`.";
    TestNotRequested, "TEST_NOT_REQUESTED", "No step in effect requests the test: expected `testRequested`.";
    MedicineNotOrdered, "MEDICINE_NOT_ORDERED", "No step in effect decides on, prescribes or supplies the medicine: expected `medicationDecided`, `medicationPrescribed` or `medicationSupplied`.";
    LetterNotSent, "LETTER_NOT_SENT", "No step in effect writes or sends the letter: expected `letterDrafted`, `clinicLetterSent`, `dischargeSummarySent`, `episodeConclusionSent` or `letterIssued`.";
    ActionNotRequested, "ACTION_NOT_REQUESTED", "No step in effect asks for the action: expected `actionRequested`, `workTransferRequested`, `futureActionPlanned` or a letter that asks for it.";
    QueryNotReceived, "QUERY_NOT_RECEIVED", "No step in effect receives or sends the query: expected `queryReceived` or `messageSent`.";
    NextStepNotAssigned, "NEXT_STEP_NOT_ASSIGNED", "No step in effect assigns the next step: expected `nextStepAssigned` with that version.";
    EventNotHeld, "EVENT_NOT_HELD", "The step that is amended is not on this pathway: expected the id of a step recorded on it.";
    StopBeforeStart, "STOP_BEFORE_START", "The clock would stop before the waiting period starts: expected a start no later than the stop.";
    StartBeforeLastStop, "START_BEFORE_LAST_STOP", "The waiting period would start before the last one stopped: expected a later start, or an earlier stop.";
    StartAfterCensus, "START_AFTER_CENSUS", "The waiting period starts after the day on which this is known, and is on no list until then: expected a start that has been.";
    IdentifierHeldByAnother, "IDENTIFIER_HELD_BY_ANOTHER", "Another pathway has the identifier that this step brings: expected one that is free, or that the other pathway's step is withdrawn.";
    IdentifierNotHeld, "IDENTIFIER_NOT_HELD", "No pathway has the identifier that this step brings: send the step again with the same command id.";
    CameByOthersIdentifier, "CAME_BY_OTHERS_IDENTIFIER", "The step came by an identifier that this pathway does not have: if it is about another pathway, withdraw it here and record it there.";
}

/// One finding about one step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The step.
    pub event_id: EventId,
    /// What is found.
    pub code: Code,
    /// The field of the step, as JSON has it.
    pub field: &'static str,
    /// When we were told of the step, or of the correction by which it stands so.
    pub since: DateTime<Utc>,
}

/// A thing that steps name by an id of its own.
struct Thing {
    code: Code,
    /// The fields that hold its id.
    fields: &'static [&'static str],
    /// The steps that introduce it.
    introduced_by: &'static [StepKind],
}

/// The things whose introduction is a step of the catalogue.
const THINGS: [Thing; 9] = [
    Thing {
        code: Code::AppointmentNotBooked,
        fields: &["appointmentId"],
        introduced_by: &[StepKind::AppointmentBooked],
    },
    Thing {
        code: Code::OfferNotMade,
        fields: &["offerId", "offers"],
        introduced_by: &[StepKind::AppointmentOffered],
    },
    Thing {
        code: Code::AdmissionNotRecorded,
        fields: &["admissionId"],
        introduced_by: &[StepKind::PatientAdmitted],
    },
    Thing {
        code: Code::TestNotRequested,
        fields: &["testId"],
        introduced_by: &[StepKind::TestRequested],
    },
    Thing {
        code: Code::MedicineNotOrdered,
        fields: &["medicineId", "medicines"],
        introduced_by: &[
            StepKind::MedicationDecided,
            StepKind::MedicationPrescribed,
            StepKind::MedicationSupplied,
        ],
    },
    Thing {
        code: Code::LetterNotSent,
        fields: &["letterId"],
        introduced_by: &[
            StepKind::LetterDrafted,
            StepKind::ClinicLetterSent,
            StepKind::DischargeSummarySent,
            StepKind::EpisodeConclusionSent,
            StepKind::LetterIssued,
            // A letter that is kept back is told of by that alone.
            StepKind::LetterSuppressed,
        ],
    },
    Thing {
        code: Code::ActionNotRequested,
        fields: &["actionId"],
        introduced_by: &[
            StepKind::ActionRequested,
            StepKind::WorkTransferRequested,
            StepKind::FutureActionPlanned,
            StepKind::ClinicLetterSent,
            StepKind::DischargeSummarySent,
        ],
    },
    Thing {
        code: Code::QueryNotReceived,
        fields: &["queryId"],
        introduced_by: &[StepKind::QueryReceived, StepKind::MessageSent],
    },
    Thing {
        code: Code::NextStepNotAssigned,
        fields: &["nextStepVersion"],
        introduced_by: &[StepKind::NextStepAssigned],
    },
];

/// The fields of steps from which a period can start.
const START_FIELDS: [&str; 10] = [
    "receivedAt",
    "ubrnConvertedAt",
    "asiAt",
    "earlierActivityAt",
    "interfaceReceivedAt",
    "spoaAt",
    "clockStart",
    "communicatedAt",
    "patientAvailableFrom",
    "decidedAt",
];

/// What is found in a history, in the order of its steps. `clock`: the clock of the same history;
/// `census`: the day on which it is looked at, after which no period can have started.
pub fn findings(history: &History, clock: &Clock, census: NaiveDate) -> Vec<Finding> {
    let steps: Vec<(&Entry, Value)> = history.entries().iter().map(payload).collect();
    let mut found: Vec<Finding> = Vec::new();
    for thing in &THINGS {
        let introduced: BTreeSet<String> = steps
            .iter()
            .filter(|(entry, _)| thing.introduced_by.contains(&entry.step().kind()))
            .flat_map(|(_, payload)| named(payload, thing.fields))
            .map(|(_, id)| id)
            .collect();
        for (entry, payload) in &steps {
            let missing = named(payload, thing.fields).into_iter();
            let fields = missing.filter(|(_, id)| !introduced.contains(id)).map(|(field, _)| field);
            let fields: BTreeSet<&'static str> = fields.collect();
            found.extend(
                fields.into_iter().map(|field| of_entry(history, entry, thing.code, field)),
            );
        }
    }
    found.extend(of_clock(history, clock));
    found.extend(later_starts(history, clock, census));
    found.extend(of_amendments(history));
    let place = |one: &Finding| {
        let place = history.entries().iter().position(|entry| entry.event_id() == one.event_id);
        (place.is_none(), place, one.event_id, one.code, one.field)
    };
    found.sort_by_cached_key(place);
    found
}

/// A step that cannot be written as JSON names nothing.
fn payload(entry: &Entry) -> (&Entry, Value) {
    (entry, entry.step().payload().unwrap_or(Value::Null))
}

/// The ids that stand in these fields, wherever in the step.
fn named(value: &Value, fields: &[&'static str]) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    for (name, inner) in value.as_object().into_iter().flatten() {
        if let Some(field) = fields.iter().find(|field| *field == name) {
            all.extend(ids(inner).map(|id| (*field, id)));
        } else {
            all.extend(named(inner, fields));
        }
    }
    all.extend(value.as_array().into_iter().flatten().flat_map(|inner| named(inner, fields)));
    all
}

/// An id, or each of a list of ids.
fn ids(value: &Value) -> impl Iterator<Item = String> {
    let one = value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|n| n.to_string()));
    let many = value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    one.into_iter().chain(many)
}

/// A finding about a step in effect.
pub fn of_entry(history: &History, entry: &Entry, code: Code, field: &'static str) -> Finding {
    let correction = entry.corrected_by.and_then(|by| history.told(by));
    let since = correction.unwrap_or(&entry.told).recorded_at;
    Finding { event_id: entry.event_id(), code, field, since }
}

/// Steps whose dates the clock could not take, because a period would end before it starts.
fn of_clock(history: &History, clock: &Clock) -> Vec<Finding> {
    let wrong = clock.moves.iter().filter_map(|one| {
        let code = match one.effect {
            Effect::Rejected(Reason::StopBeforeStart) => Code::StopBeforeStart,
            Effect::Rejected(Reason::StartBeforeLastEnd) => Code::StartBeforeLastStop,
            Effect::Rejected(_)
            | Effect::Started
            | Effect::Stopped
            | Effect::Nullified
            | Effect::Retracted
            | Effect::Restarted
            | Effect::Corrected
            | Effect::Stayed => return None,
        };
        let is_that = |entry: &&Entry| entry.event_id() == one.event_id;
        let entry = history.entries().iter().find(is_that)?;
        Some(of_entry(history, entry, code, "occurredAt"))
    });
    wrong.collect()
}

/// Periods that start after the census day (RTT guidance v5.0, 10.1.7): said, and never counted from another day.
fn later_starts(history: &History, clock: &Clock, census: NaiveDate) -> Vec<Finding> {
    let later = clock.periods.iter().filter_map(|period| {
        let start = period.start.date.filter(|start| *start > census)?;
        let is_that = |entry: &&Entry| entry.event_id() == period.start.event_id;
        let validated = history.entries().iter().rfind(|entry| {
            matches!(entry.step(), Step::RttClockCorrected(step) if step.new_date == Some(start))
        });
        let (entry, field) = if let Some(entry) = validated {
            (entry, "newDate")
        } else {
            let entry = history.entries().iter().find(is_that)?;
            (entry, field_of_start(entry, start))
        };
        Some(of_entry(history, entry, Code::StartAfterCensus, field))
    });
    later.collect()
}

/// The field of the step that says the day.
fn field_of_start(entry: &Entry, start: NaiveDate) -> &'static str {
    let (_, payload) = payload(entry);
    let says_it = |field: &&&str| {
        let said = payload.get(**field).and_then(Value::as_str);
        let said = said.and_then(|raw| raw.parse::<OccurredAt>().ok());
        said.is_some_and(|said| london::date(said) == start)
    };
    START_FIELDS.iter().find(says_it).copied().unwrap_or("occurredAt")
}

/// Amendments of steps that are not here.
fn of_amendments(history: &History) -> Vec<Finding> {
    let standing = history.set_aside().iter().filter(|aside| aside.why == WhySetAside::Amendment);
    let astray = standing.filter_map(|aside| {
        #[expect(clippy::wildcard_enum_match_arm, reason = "only two steps amend others")]
        let target = match &aside.told.step {
            Step::StepEnteredInError(withdrawal) => withdrawal.event_id,
            Step::StepCorrected(correction) => correction.event_id,
            _ => return None,
        };
        let (event_id, since) = (aside.told.event_id, aside.told.recorded_at);
        let finding = Finding { event_id, code: Code::EventNotHeld, field: "eventId", since };
        (!history.holds(target)).then_some(finding)
    });
    astray.collect()
}

#[cfg(test)]
mod tests;
