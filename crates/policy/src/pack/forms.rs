//! What must be so: the six forms of `docs/obligations.md`, and what is counted and not judged.

use super::{Condition, Dues, Ends, Excuse, Field, Witness};

/// What must be so.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// Each part is kept in its time after the trigger.
    Deadline(Promise),
    /// The waiting period that the trigger began, as the RTT clock has it, ends within so many days.
    Wait {
        /// Most days from clock start to clock stop.
        days: u32,
    },
    /// Each part was kept before the trigger.
    Precedence(Promise),
    /// A call comes after the appointment's start and before the trigger was entered in its source.
    Call(Box<Call>),
    /// The trigger itself holds all conditions of one of its lists.
    Presence,
    /// Nothing forbidden happens from the trigger on; parts that are named must be kept besides.
    Prohibition(Promise),
    /// From the trigger until an end, each of these stands.
    Standing {
        /// What must stand, by name.
        stands: Vec<(String, Vec<Witness>)>,
        /// What ends it.
        ends: Ends,
    },
    /// A standing promise of an organisation about its services. No pathway opens it: it is judged from
    /// the directory when it is asked.
    OfServices(OfServices),
    /// What is given covers what is needed.
    Coverage(Coverage),
    /// Counted, and not judged.
    RecordOnly {
        /// A coded field that is counted by.
        note: Option<Field>,
    },
}

impl Form {
    /// What breaks it.
    pub(crate) fn forbidden(&self) -> &[Witness] {
        match self {
            Self::Deadline(promise) | Self::Precedence(promise) | Self::Prohibition(promise) => {
                &promise.forbidden
            }
            Self::Coverage(coverage) => &coverage.forbidden,
            Self::Wait { .. }
            | Self::Call(_)
            | Self::Presence
            | Self::Standing { .. }
            | Self::OfServices(_)
            | Self::RecordOnly { .. } => &[],
        }
    }
}

/// What deadlines, precedences and prohibitions promise.
#[derive(Debug, Clone, PartialEq)]
pub struct Promise {
    /// What must be done; all of it.
    pub parts: Vec<Part>,
    /// What must not.
    pub forbidden: Vec<Witness>,
    /// Whether what is forbidden is so only until all parts are kept.
    pub until_kept: bool,
    /// What ends the promise before it is kept.
    pub ends: Ends,
    /// What excuses.
    pub excuses: Vec<Excuse>,
}

/// One of several things that are all needed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Part {
    /// Its name, given where it is missing; of the only one the steps that would keep it.
    pub name: String,
    /// The steps of which one keeps it.
    pub kept_by: Vec<Witness>,
    /// The trigger itself keeps it where all conditions of one of these lists hold.
    pub holds: Vec<Vec<Condition>>,
    /// The trigger itself says in one of these fields when it was kept.
    pub kept_at: Vec<Field>,
    /// Asked only where one of these was told before the trigger. Empty: always.
    pub if_told: Vec<Witness>,
    /// Whether it must be kept no later than the trigger.
    pub before: bool,
    /// By when, where that is not the trigger's due.
    pub due: Dues,
}

/// The call that comes before a did-not-attend is recorded (SEL 2.4).
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The call.
    pub first: Witness,
    /// How early before the start it may be.
    pub grace_minutes: u32,
    /// A witness that excuses, and its reason.
    pub excused_by: Option<(Witness, String)>,
}

/// What is needed, and what covers it.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// What is needed.
    pub needed: Needed,
    /// What covers it.
    pub given_by: Vec<Witness>,
    /// What breaks it at once, where its span overlaps the one that is needed.
    pub forbidden: Vec<Witness>,
    /// A coded field of what was given: a shortfall with a reason is excused.
    pub excuse_field: Option<Field>,
    /// What ends it.
    pub ends: Ends,
}

/// What a coverage needs.
#[derive(Debug, Clone, PartialEq)]
pub enum Needed {
    /// Every day from one field to another, of the trigger and of what is given alike.
    Window {
        /// First day.
        from: Field,
        /// Last day.
        to: Field,
    },
    /// So many days in all.
    Days {
        /// How many.
        min: u32,
        /// The field of what is given that says how many days it lasts.
        field: Field,
    },
    /// As many days as pass until one of these steps.
    Until {
        /// The steps.
        steps: Vec<Witness>,
        /// The field of what is given that says how many days it lasts.
        field: Field,
        /// The trigger's own word of it, where nothing given was recorded.
        planned: Option<Field>,
    },
    /// Each item of a list that the trigger holds, each time it falls due.
    Schedule {
        /// The list.
        list: Field,
        /// The field of what is given that names the item.
        item: Field,
    },
}

/// A standing promise about services, judged from the directory (SEL 4.1, 5.5, 6.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfServices {
    /// What is asked.
    pub asks: ServiceAsk,
    /// How old it may be, in days.
    pub days_max: u32,
}

/// What is asked of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceAsk {
    /// A contact point that works, for patients and for each side's staff.
    ContactPoints,
    /// An entry in the directory.
    DirectoryEntry,
    /// A published waiting time.
    WaitingTimes,
}
