//! Who and what the town is made of: its stories by name, and the four people who look at it.

use anyhow::{Context, anyhow};
use api::identity::{Principal, Standing, TokenKey};
use serde_json::{Map, Value};
use steps::{OdsCode, PathwayId, SubjectRef, codes::Role};
use uuid::Uuid;

/// How long a token of the town is good for.
pub(super) const TOKEN_SECONDS: u64 = 24 * 3_600;

/// The person who is the patient; two pathways are theirs.
pub(super) const ALEX: SubjectRef =
    SubjectRef(Uuid::from_u128(0xd100_0000_0000_4000_8000_0000_0000_0001));

/// The practices that refer.
pub(super) const PRACTICES: [&str; 4] = ["DP001", "DP002", "DP003", "DP004"];

macro_rules! stories {
    ($( $name:ident $key:literal = $no:literal; )+) => {
        /// A pathway of the town that shows something.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Story { $( $name ),+ }

        impl Story {
            /// All of them.
            pub(super) const ALL: [Self; [$( $no ),+].len()] = [ $( Self::$name ),+ ];

            /// Its name in the list of ids.
            pub(super) const fn key(self) -> &'static str {
                match self { $( Self::$name => $key ),+ }
            }

            /// Its pathway.
            pub(super) const fn pathway(self) -> PathwayId {
                let no = match self { $( Self::$name => $no ),+ };
                PathwayId(Uuid::from_u128(0xd000_0000_0000_4000_8000_0000_0000_0000 + no))
            }
        }
    };
}

stories! {
    Patient "patient" = 0x01;
    PatientSecond "patientSecond" = 0x02;
    LostReferral "lostReferral" = 0x03;
    MissedWithoutCall "missedWithoutCall" = 0x04;
    MissedAfterCall "missedAfterCall" = 0x05;
    LateLetter "lateLetter" = 0x06;
    LetterInTime "letterInTime" = 0x07;
    DeclinedWithoutReason "declinedWithoutReason" = 0x08;
    DeclinedWithReason "declinedWithReason" = 0x09;
    UnreadResult "unreadResult" = 0x10;
    Transfer "transfer" = 0x11;
    LongWaiter "longWaiter" = 0x12;
    LateCorrection "lateCorrection" = 0x13;
    Treated "treated" = 0x14;
    ActiveMonitoring "activeMonitoring" = 0x15;
}

/// Somebody who looks at the town.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Viewer {
    Patient,
    Practice,
    Booking,
    Auditor,
}

impl Viewer {
    pub(super) const ALL: [Self; 4] = [Self::Patient, Self::Practice, Self::Booking, Self::Auditor];

    /// The name of the token.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Practice => "practice",
            Self::Booking => "booking",
            Self::Auditor => "auditor",
        }
    }

    /// Who that is, in words.
    pub(super) const fn who(self) -> &'static str {
        match self {
            Self::Patient => "Alex Example, a patient",
            Self::Practice => "a GP at Station Road Surgery",
            Self::Booking => "the booking team at Riverside Hospitals",
            Self::Auditor => "an auditor at the integrated care board",
        }
    }

    /// As the token has them.
    pub(super) fn principal(self) -> anyhow::Result<Principal> {
        let (standing, role, organisation) = match self {
            Self::Patient => (Standing::Patient, Role::Patient, "DP001"),
            Self::Practice => (Standing::Staff, Role::GeneralPractitioner, "DP001"),
            Self::Booking => (Standing::Staff, Role::BookingTeam, "DT1"),
            Self::Auditor => (Standing::Auditor, Role::Auditor, "QKK"),
        };
        Ok(Principal {
            user: format!("demo-{}", self.key()).parse().map_err(|bad| anyhow!("{bad}"))?,
            standing,
            role,
            organisation: ods(organisation)?,
            subject: (self == Self::Patient).then_some(ALEX),
        })
    }
}

/// A token for each viewer, in their order.
pub(super) fn tokens(key: &TokenKey, now: u64) -> anyhow::Result<Vec<(Viewer, String)>> {
    let sign = |viewer: Viewer| {
        let token = key.sign(viewer.principal()?, now, TOKEN_SECONDS)?;
        Ok((viewer, token))
    };
    Viewer::ALL.into_iter().map(sign).collect()
}

/// The ids of the town by name, `patientPathwayId` and so on.
pub(super) fn ids() -> Map<String, Value> {
    let named = |story: Story| {
        (format!("{}PathwayId", story.key()), Value::from(story.pathway().to_string()))
    };
    let mut ids: Map<String, Value> = Story::ALL.into_iter().map(named).collect();
    ids.insert("patientSubject".to_owned(), ALEX.to_string().into());
    ids
}

/// An organisation code of the town.
pub(super) fn ods(code: &str) -> anyhow::Result<OdsCode> {
    code.parse().map_err(|bad| anyhow!("{bad}")).with_context(|| format!("`{code}`"))
}
