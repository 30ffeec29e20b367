//! A contact point that failed is a step of its service, not of a pathway: its service manager mends
//! it or points elsewhere, and the published alternative is given meanwhile.

use chrono::{DateTime, Utc};
use directory::{Directory, Reach};
use steps::{ContactPointId, OccurredAt, codes::Role};

use crate::{
    DuePolicy, State,
    answer::{Due, DueBasis, Owner},
};

/// Who has to mend a contact point, by when, and what is given meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineToMend<'a> {
    /// The contact point.
    pub reach: Reach<'a>,
    /// Always [`State::ContactPointFailed`].
    pub state: State,
    /// The service manager at the organisation that keeps it.
    pub owner: Owner,
    /// When it is due.
    pub due: Option<Due>,
    /// The published alternative, where it works.
    pub alternative: Option<Reach<'a>>,
}

/// The step of a contact point that is said not to work; `None` where nothing says so.
pub fn line_to_mend<'a>(
    directory: &'a Directory,
    id: &ContactPointId,
    on: DateTime<Utc>,
    policy: &DuePolicy,
) -> Option<LineToMend<'a>> {
    let reach = directory.contact_point(id, on, None)?;
    let (since, _) = reach.failed?;
    let state = State::ContactPointFailed;
    let due = policy
        .due(state, None, OccurredAt::Day(since), None)
        .map(|(at, source)| Due { at, basis: DueBasis::Setting(source.to_owned()) });
    let other = reach.point.alternative_contact.as_ref();
    let other = other.and_then(|other| directory.contact_point(other, on, None));
    Some(LineToMend {
        reach,
        state,
        owner: Owner {
            organisation: Some(reach.point.organisation.clone()),
            role: Role::ServiceManager,
        },
        due,
        alternative: other.filter(|other| other.working),
    })
}
