//! One open thread of a pathway, before it is known which is the answer.

use chrono::{DateTime, Utc};
use steps::{EventId, OccurredAt, OdsCode, codes::Role};

use crate::{
    State, When,
    answer::{Missing, Owner, WaitingOn},
    state::{ContactSide, Side},
};

/// The step that opened a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) event: EventId,
    pub(crate) at: OccurredAt,
}

/// Something that somebody has to do.
#[derive(Debug, Clone)]
pub(crate) struct Thread {
    pub(crate) state: State,
    pub(crate) mark: Mark,
    pub(crate) side: Side,
    pub(crate) organisation: Option<OdsCode>,
    pub(crate) role: Role,
    pub(crate) ask: ContactSide,
    pub(crate) due: Option<OccurredAt>,
    pub(crate) turns_at: Option<DateTime<Utc>>,
    pub(crate) turns_to: Option<Owner>,
    pub(crate) when: Option<When>,
    pub(crate) waiting_on: Option<WaitingOn>,
    pub(crate) critical: bool,
}

impl Thread {
    /// A thread with the owner that the table of states names.
    pub(crate) fn new(state: State, mark: Mark) -> Self {
        Self {
            state,
            mark,
            side: state.side(),
            organisation: None,
            role: state.role(),
            ask: state.ask(),
            due: None,
            turns_at: None,
            turns_to: None,
            when: None,
            waiting_on: None,
            critical: false,
        }
    }

    pub(crate) fn at_organisation(mut self, organisation: Option<OdsCode>) -> Self {
        self.organisation = organisation.or(self.organisation);
        self
    }

    pub(crate) fn with_role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    pub(crate) fn with(mut self, side: Side, ask: ContactSide) -> Self {
        self.side = side;
        self.ask = ask;
        self
    }

    pub(crate) fn due(mut self, due: Option<OccurredAt>) -> Self {
        self.due = due.or(self.due);
        self
    }

    pub(crate) fn when(mut self, when: Option<When>) -> Self {
        self.when = when;
        self
    }

    pub(crate) fn waiting(mut self, missing: Missing, by: Option<OdsCode>) -> Self {
        self.waiting_on = Some(WaitingOn { missing, by, due: None });
        self
    }
}
