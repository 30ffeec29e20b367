//! The advice that a practice asked for: where each request stands, who owes what, and by when.

use async_graphql::{Context, Enum, ID, Object};
use chrono::{DateTime, Utc};
use directory::ContactAsk;
use next_step::{AskedAdvice, AskedBy, AskedRow, Asking, due_in_words, line_between};
use steps::{
    OdsCode,
    advice_and_referral::Recommendation,
    codes::{Audience, ContactPurpose, Priority},
};

use super::{
    directory::Organisation,
    history::role_name,
    page::{Page, PageAsk, bad_cursor},
    scalars::{Date, LogPosition, Moment, bad_input},
    who_to_contact::ContactFor,
};
use crate::{World, desk, identity, world::unread};

/// Where a request for advice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "next_step::AdviceStanding")]
pub enum AdviceStanding {
    /// The specialist has it.
    Asked,
    /// The specialist needs to know more.
    NeedsInformation,
    /// The specialist answered, and the referrer has to act on it.
    Answered,
    /// The referrer referred the patient.
    Referred,
    /// The specialist made a referral of it.
    Converted,
    /// It was ended.
    Closed,
}

/// How urgent a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "steps::codes::Priority")]
pub enum AdvicePriority {
    /// Routine.
    Routine,
    /// Urgent.
    Urgent,
    /// Urgent suspected cancer.
    UrgentSuspectedCancer,
}

/// What the specialist recommends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "steps::advice_and_referral::Recommendation")]
pub enum AdviceRecommendation {
    /// Advice only; no referral recommended.
    AdviceOnlyNoReferralRecommended,
    /// Advice, then a referral if it is required.
    AdviceFollowedByReferralIfRequired,
    /// A referral is recommended.
    ReferralRecommended,
    /// Something else.
    Other,
}

/// A request for advice and guidance, as who asked sees it.
pub struct RequestedAdvice {
    row: AskedRow,
    moment: DateTime<Utc>,
}

impl RequestedAdvice {
    const fn advice(&self) -> &AskedAdvice {
        &self.row.advice
    }
}

/// A request for advice and guidance, as who asked sees it.
#[Object]
impl RequestedAdvice {
    /// The pathway it is on.
    async fn pathway_id(&self) -> ID {
        self.row.pathway_id.0.into()
    }
    /// The step that asked.
    async fn event_id(&self) -> ID {
        self.advice().event.0.into()
    }
    /// The day it was asked.
    async fn asked_on(&self) -> Date {
        Date(self.advice().asked_on)
    }
    /// The service that was asked.
    async fn service(&self) -> &str {
        self.advice().service.as_str()
    }
    /// The organisation that was asked; null where it was not said.
    async fn provider(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Organisation>> {
        let world = ctx.data::<World>()?;
        let provider = self.advice().provider.as_ref();
        Ok(provider.map(|code| named(world, code, self.moment)))
    }
    /// How urgent it is.
    async fn priority(&self) -> AdvicePriority {
        let priority: Priority = self.advice().priority;
        priority.into()
    }
    /// Where it stands.
    async fn standing(&self) -> AdviceStanding {
        self.advice().standing.into()
    }
    /// Since when it stands there.
    async fn since(&self) -> Date {
        Date(self.advice().since_on)
    }
    /// The role that has to act; null once it is settled.
    async fn owner_role(&self) -> Option<String> {
        self.advice().owner.as_ref().map(|owner| role_name(owner.role))
    }
    /// The organisation that has to act; null once it is settled, or where none is known.
    async fn owner_organisation(
        &self,
        ctx: &Context<'_>,
    ) -> async_graphql::Result<Option<Organisation>> {
        let world = ctx.data::<World>()?;
        let owner = self.advice().owner.as_ref().and_then(|owner| owner.organisation.as_ref());
        Ok(owner.map(|code| named(world, code, self.moment)))
    }
    /// By when; null where nothing is owed.
    async fn due_by(&self) -> Option<Moment> {
        self.advice().due.as_ref().map(|due| Moment(due.at))
    }
    /// The same in words, with what it rests on.
    async fn due_in_words(&self) -> String {
        match &self.advice().owner {
            Some(_) => {
                due_in_words(self.advice().due.as_ref(), self.advice().is_overdue(self.moment))
            }
            None => "nothing is owed any more".to_owned(),
        }
    }
    /// Whether that has passed.
    async fn overdue(&self) -> bool {
        self.advice().is_overdue(self.moment)
    }
    /// The day of the answer; null where there is none yet.
    async fn answered_on(&self) -> Option<Date> {
        self.advice().answered_on.map(Date)
    }
    /// What the specialist recommends; null where there is no answer yet.
    async fn recommendation(&self) -> Option<AdviceRecommendation> {
        self.advice().recommendation.map(|given: Recommendation| given.into())
    }
    /// The line that practices ring about it; null where it is not known who was asked.
    async fn for_questions(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<ContactFor>> {
        let world = ctx.data::<World>()?;
        let Some(provider) = &self.advice().provider else { return Ok(None) };
        let (on, known) = (self.moment, None);
        let ask = ContactAsk {
            organisation: provider,
            service: Some(&self.advice().service),
            audience: Audience::Practice,
            purpose: ContactPurpose::Questions,
            on,
            known,
        };
        let asking = Asking { on, known, freshness: world.freshness(on) };
        let directory = world.directory();
        Ok(Some(line_between(&directory, &ask, asking).into()))
    }
}

fn named(world: &World, code: &OdsCode, on: DateTime<Utc>) -> Organisation {
    let directory = world.directory();
    let known = directory.organisation(code, on, None);
    Organisation::named(Some(code), known.map_or(code.as_str(), |known| known.name.as_str()))
}

/// The reads of asked advice.
#[derive(Default)]
pub struct AskedAdviceQuery;

#[Object]
impl AskedAdviceQuery {
    /// The advice that a practice asked for: what is owed first, the most overdue before all, and what
    /// is settled last. For staff and auditors.
    async fn asked_advice(
        &self,
        ctx: &Context<'_>,
        organisation: String,
        standing: Option<AdviceStanding>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<Page<RequestedAdvice>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?;
        world.wait(&world.next_steps, at_least.map(|at| at.0)).await?;
        let page = PageAsk::new(first, after)?;
        let after = page.after.as_deref().map(cursor).transpose()?;
        let referrer: OdsCode =
            organisation.parse().map_err(|bad| bad_input(format!("`organisation`: {bad}")))?;
        let (standing, moment) = (standing.map(next_step::AdviceStanding::from), world.now());
        let most = page.to_read();
        let read = world.next_steps.read(move |conn| {
            let asked = AskedBy { referrer: &referrer, standing, after, first: most };
            next_step::asked_by(conn, &asked)
        });
        let rows: Vec<AskedRow> = read.await.map_err(unread)?;
        desk::charge(ctx, rows.len()).await?;
        let read = page.of_read(rows, |row: &AskedRow| {
            let (due_by, no, seq) = row.cursor;
            format!("{due_by}.{no}.{seq}")
        });
        Ok(read.map(|row| RequestedAdvice { row, moment }))
    }
}

fn cursor(raw: &str) -> async_graphql::Result<(i64, i64, u32)> {
    let mut parts = raw.split('.');
    let (due_by, no, seq) = (parts.next(), parts.next(), parts.next());
    let number = |part: Option<&str>| part.and_then(|part| part.parse().ok());
    let seq = seq.and_then(|part| part.parse().ok()).filter(|_| parts.next().is_none());
    match (number(due_by), number(no), seq) {
        (Some(due_by), Some(no), Some(seq)) => Ok((due_by, no, seq)),
        _ => Err(bad_cursor()),
    }
}
