//! The three ready queries: for the page, and with ids and moment for the terminal.

use chrono::{DateTime, SecondsFormat, Utc};

use super::cast::Viewer;

const WHO_TO_CONTACT: &str = r#"{
  whoToContact(pathwayId: "d0000000-0000-4000-8000-000000000001") {
    ownerPlain
    whatNext
    dueBy
    notYet
    nextAppointment { startsAt place }
    expectedWait { medianWeeks percentile92Weeks method asOf }
    forQuestions { name value hours access verifiedOn }
    forDelay { name value hours access verifiedOn }
    ifWorse { name value hours access verifiedOn }
    toldPatientOn
  }
}"#;

const WAITING_LIST: &str = r#"{
  waitingTimes(icb: "QKK", groupBy: TREATMENT_FUNCTION) {
    on
    method
    groups { key total within18WeeksShare medianWeeks percentile92Weeks over52Weeks over78Weeks }
  }
}"#;

macro_rules! history_query {
    ($then:literal) => {
        concat!(
            "{\n",
            $then,
            r#"  now: pathway(id: "d0000000-0000-4000-8000-000000000013") { ...Known }
}

fragment Known on Pathway {
  clock { state periods { clockStart days } }
  history { nodes { occurredAt recordedAt title standing actor { role organisation } } }
}"#
        )
    };
}

/// What stands in the place of the moment before the correction.
const MOMENT: &str = "BEFORE_CORRECTION";

const HISTORY: &str = history_query!("");
const HISTORY_AS_KNOWN: &str = history_query!(
    "  then: pathway(id: \"d0000000-0000-4000-8000-000000000013\", \
     asKnownAt: \"BEFORE_CORRECTION\") { ...Known }\n"
);

/// The queries of the page at `/`: a title and a document each.
pub(crate) const READY_QUERIES: &[(&str, &str)] = &[
    ("Patient: who do I contact?", WHO_TO_CONTACT),
    ("Staff: how long is the waiting list?", WAITING_LIST),
    ("Auditor: what happened, and when was it known?", HISTORY),
];

/// A query that is ready to paste.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ready {
    pub(super) title: &'static str,
    pub(super) viewer: Viewer,
    pub(super) query: String,
}

/// The queries as the terminal prints them, the auditor's with the moment before the correction.
pub(super) fn ready(before_correction: DateTime<Utc>) -> [Ready; 3] {
    let moment = before_correction.to_rfc3339_opts(SecondsFormat::Micros, true);
    [
        Ready {
            title: "A patient asks: who do I contact?",
            viewer: Viewer::Patient,
            query: WHO_TO_CONTACT.to_owned(),
        },
        Ready {
            title: "A booking team asks: how long is the waiting list?",
            viewer: Viewer::Booking,
            query: WAITING_LIST.to_owned(),
        },
        Ready {
            title: "An auditor asks: what was known before a late correction, and what is known now?",
            viewer: Viewer::Auditor,
            query: HISTORY_AS_KNOWN.replace(MOMENT, &moment),
        },
    ]
}
