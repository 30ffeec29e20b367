//! What became of a promise: an answer without a clock, and how it stood at a moment.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use pathway::london;
use steps::{EventId, OccurredAt, OdsCode, RuleId, codes::Role};

/// At most this many events are kept as evidence.
pub const EVIDENCE_MAX: usize = 4;

/// A promise that a step opened, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obligation {
    /// The rule.
    pub rule: RuleId,
    /// The pack it stands in.
    pub pack: RuleId,
    /// The version in force on the day of the trigger.
    pub pack_version: u32,
    /// The step that opened it.
    pub trigger: EventId,
    /// When that happened.
    pub triggered_on: OccurredAt,
    /// By when it is to be kept; `None`: the rule names no time.
    pub due: Option<Due>,
    /// What became of it.
    pub outcome: Outcome,
    /// The steps that say so; the trigger is among them where it alone does.
    pub evidence: Vec<EventId>,
    /// Who answers for it, where the steps name them.
    pub accountable: Option<OdsCode>,
    /// The role there.
    pub owner_role: Role,
    /// Of a standing promise: the days on which it was not kept.
    pub uncovered: Option<Uncovered>,
    /// Of a promise to cover days: how many are not covered.
    pub short_days: Option<u32>,
}

/// By when a promise is to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// At that instant, itself included.
    At(DateTime<Utc>),
    /// Before that local day is over.
    EndOf(NaiveDate),
}

impl Due {
    /// The last microsecond that is in time.
    pub fn last_moment(self) -> DateTime<Utc> {
        match self {
            Self::At(at) => at,
            Self::EndOf(day) => london::end_of(day) - Duration::microseconds(1),
        }
    }
}

/// What became of a promise, with the moment from which it is so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Kept, in time or late.
    Met {
        /// When.
        at: OccurredAt,
        /// Whether after it was due.
        late: bool,
    },
    /// Broken in a way that no later step can undo.
    Breached {
        /// Since when.
        since: OccurredAt,
        /// What was left out, as paths of fields.
        missing: Vec<String>,
    },
    /// Not kept yet: before it is due that is in order, after it is a breach.
    Open {
        /// Which of several parts are still to be done.
        missing: Vec<String>,
    },
    /// Not kept, for a reason that the rule allows.
    Excused {
        /// The reason.
        reason: String,
        /// Since when.
        since: OccurredAt,
    },
    /// It does not apply, or ended before anything was due.
    NotApplicable {
        /// Since when.
        since: OccurredAt,
    },
    /// What was recorded does not tell.
    Unknown {
        /// What would tell: fields, or times to the minute.
        missing: Vec<String>,
        /// Since when.
        since: OccurredAt,
    },
    /// It is counted, and not judged.
    Recorded {
        /// When it happened.
        at: OccurredAt,
        /// The code that it is counted by.
        note: Option<String>,
    },
}

impl Outcome {
    /// The moment from which it is so; `None` while open.
    pub fn since(&self) -> Option<OccurredAt> {
        match self {
            Self::Met { at, .. } | Self::Recorded { at, .. } => Some(*at),
            Self::Breached { since, .. }
            | Self::Excused { since, .. }
            | Self::NotApplicable { since }
            | Self::Unknown { since, .. } => Some(*since),
            Self::Open { .. } => None,
        }
    }

    /// The state it amounts to from that moment on; `None` while open.
    pub fn settled(&self) -> Option<State> {
        match self {
            Self::Met { late: false, .. } => Some(State::Met),
            Self::Met { late: true, .. } => Some(State::MetLate),
            Self::Breached { .. } => Some(State::Breached),
            Self::Excused { .. } => Some(State::Excused),
            Self::NotApplicable { .. } => Some(State::NotApplicable),
            Self::Unknown { .. } => Some(State::Unknown),
            Self::Recorded { .. } => Some(State::Recorded),
            Self::Open { .. } => None,
        }
    }
}

/// How a promise stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Its trigger is still to come.
    NotDue,
    /// Open, and in time.
    Pending,
    /// Kept in time.
    Met,
    /// Kept late.
    MetLate,
    /// Not kept in time.
    Breached,
    /// Not kept, for a reason that the rule allows.
    Excused,
    /// Does not apply.
    NotApplicable,
    /// Cannot be told; shown, and never counted as met.
    Unknown,
    /// Counted, and not judged.
    Recorded,
}

impl State {
    /// Every state.
    pub const ALL: &'static [Self] = &[
        Self::NotDue,
        Self::Pending,
        Self::Met,
        Self::MetLate,
        Self::Breached,
        Self::Excused,
        Self::NotApplicable,
        Self::Unknown,
        Self::Recorded,
    ];

    /// Its stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotDue => "NOT_DUE",
            Self::Pending => "PENDING",
            Self::Met => "MET",
            Self::MetLate => "MET_LATE",
            Self::Breached => "BREACHED",
            Self::Excused => "EXCUSED",
            Self::NotApplicable => "NOT_APPLICABLE",
            Self::Unknown => "UNKNOWN",
            Self::Recorded => "RECORDED",
        }
    }

    /// The state of that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.code() == code)
    }
}

/// The days on which a standing promise was not kept, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uncovered {
    /// First day.
    pub from: NaiveDate,
    /// Last day; `None`: until it is kept.
    pub to: Option<NaiveDate>,
}

impl Uncovered {
    /// How many days that is, up to and with `today`.
    pub fn days(self, today: NaiveDate) -> i64 {
        let to = self.to.map_or(today, |to| to.min(today));
        (to.signed_duration_since(self.from).num_days() + 1).max(0)
    }
}

impl Obligation {
    /// How it stands at `now`. What happens after `now` does not count yet.
    pub fn state(&self, now: DateTime<Utc>) -> State {
        if now < london::bounds(self.triggered_on).0 {
            return State::NotDue;
        }
        let settled = self.outcome.since().filter(|since| london::bounds(*since).0 <= now);
        if let (Some(_), Some(state)) = (settled, self.outcome.settled()) {
            return state;
        }
        let overdue = self.due.is_some_and(|due| due.last_moment() < now);
        if overdue { State::Breached } else { State::Pending }
    }
}
