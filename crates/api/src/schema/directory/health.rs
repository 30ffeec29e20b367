//! Contact points that cannot be relied on, and who has to see to each.

use async_graphql::{Context, Enum, Object, SimpleObject};
use chrono::{DateTime, Utc};
use next_step::{due_in_words, line_to_mend};
use steps::OdsCode;

use super::{ContactPoint, Organisation};
use crate::{
    World, desk, identity,
    schema::{
        history::role_name,
        page::{Page, PageAsk},
        scalars::{Moment, bad_input},
    },
};

/// What is wrong with a contact point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "directory::Fault")]
pub enum ContactFault {
    /// It is said not to work.
    Failed,
    /// It is an inbox that nobody has read for too long.
    NotServiced,
    /// Nobody ever said that it was verified.
    NeverVerified,
    /// It was verified too long ago.
    Stale,
    /// It is digital, and neither it nor another of its audience gives a way that is not.
    DigitalOnly,
}

/// A contact point with something wrong, and who has to see to it.
#[derive(SimpleObject)]
pub struct ContactPointHealth {
    /// The contact point.
    contact_point: ContactPoint,
    /// What is wrong with it, the worst first.
    faults: Vec<ContactFault>,
    /// The organisation that has to see to it.
    owner_organisation: Organisation,
    /// The role that has to see to it: the service manager of a line that failed, else who keeps it.
    owner_role: String,
    /// By when a line that failed is mended or replaced; null of other faults.
    due_by: Option<Moment>,
    /// The same in words.
    due_in_words: String,
    /// Whether that has passed.
    overdue: bool,
    /// The published alternative of a line that failed, where it works.
    alternative: Option<ContactPoint>,
}

impl ContactPointHealth {
    fn of(
        world: &World,
        directory: &directory::Directory,
        line: &directory::LineHealth<'_>,
        on: DateTime<Utc>,
    ) -> Self {
        let point = line.reach.point;
        let mend = line_to_mend(directory, &point.contact_point, on, &world.rules.due);
        let due = mend.as_ref().and_then(|step| step.due.as_ref());
        let overdue = due.is_some_and(|due| due.deadline() < on);
        let known = directory.organisation(&point.organisation, on, None);
        let name = known.map_or(point.organisation.as_str(), |known| known.name.as_str());
        Self {
            faults: line.faults.iter().copied().map(ContactFault::from).collect(),
            owner_organisation: Organisation::named(Some(&point.organisation), name),
            owner_role: role_name(mend.as_ref().map_or(point.owner_role, |step| step.owner.role)),
            due_by: due.map(|due| Moment(due.at)),
            due_in_words: due_in_words(due, overdue),
            overdue,
            alternative: mend.as_ref().and_then(|step| step.alternative).map(ContactPoint::from),
            contact_point: line.reach.into(),
        }
    }
}

/// The reads of what is wrong with contact points.
#[derive(Default)]
pub struct ContactPointHealthQuery;

#[Object]
impl ContactPointHealthQuery {
    /// The contact points that failed, are unserviced, unverified, long unchecked, or digital only: the
    /// worst first, then by id; of one organisation, or all; as of `on` (left out: now). For staff and
    /// auditors.
    async fn contact_point_health(
        &self,
        ctx: &Context<'_>,
        organisation: Option<String>,
        on: Option<DateTime<Utc>>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> async_graphql::Result<Page<ContactPointHealth>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?;
        let page = PageAsk::new(first, after)?;
        let organisation = organisation.map(|raw| {
            let read = raw.parse::<OdsCode>();
            read.map_err(|bad| bad_input(format!("`organisation`: {bad}")))
        });
        let organisation = organisation.transpose()?;
        world.not_to_come("on", on)?;
        let on = on.unwrap_or_else(|| world.now());
        desk::charge_survey(ctx, 1).await?;
        let rest: Vec<ContactPointHealth> = {
            let directory = world.directory();
            let freshness = world.freshness(on);
            let all = directory.faulty_contacts(organisation.as_ref(), on, freshness);
            let begins_at =
                page.begins_at(&all, |line| line.reach.point.contact_point.to_string())?;
            let rest = all.iter().skip(begins_at).take(page.first + 1);
            rest.map(|line| ContactPointHealth::of(world, &directory, line, on)).collect()
        };
        desk::charge(ctx, rest.len()).await?;
        Ok(page.of_read(rest, |line| line.contact_point.id.to_string()))
    }
}
