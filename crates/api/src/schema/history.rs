//! The history of a pathway: every step with both times, who, from where, and what became of it.

use std::borrow::Cow;

use async_graphql::{Context, Enum, ID, Json, Object, SimpleObject};
use chrono::{DateTime, Utc};
use history::{Line, Standing as LineStanding};
use steps::{StepKind, codes::Role};

use super::{
    page::{Page, PageAsk},
    scalars::{LogPosition, Moment, failed, pathway_id},
};
use crate::{
    desk::{self, Asked, Desk, Known},
    identity::{self, Principal, Standing},
};

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum StepStanding {
    /// It counts.
    InEffect,
    /// It counts as a later step corrects it.
    Corrected,
    /// It was entered in error and counts nowhere.
    EnteredInError,
    /// It corrects or withdraws another.
    Amendment,
}

/// Who recorded a step.
#[derive(SimpleObject)]
pub struct StepActor {
    /// User reference.
    user: String,
    /// The role acted in.
    role: String,
    /// The organisation acted for.
    organisation: String,
}

/// A step as it was recorded.
pub struct Step(pub(super) Line);

/// A step as it was recorded.
#[Object]
impl Step {
    /// The id of the event.
    async fn event_id(&self) -> ID {
        self.0.recorded.told.event_id.0.into()
    }
    /// The name of the step, as `StepInput` has it.
    async fn type_name(&self) -> String {
        self.0.recorded.told.step.kind().field_name()
    }
    /// What happened, in plain English.
    async fn title(&self) -> String {
        self.0.recorded.told.step.kind().title()
    }
    /// When it happened, as exactly as its source knew.
    async fn occurred_at(&self) -> Moment {
        Moment(self.0.recorded.told.occurred_at)
    }
    /// When the sending system was told, where it said.
    async fn entered_in_source_at(&self) -> Option<DateTime<Utc>> {
        self.0.recorded.told.entered_in_source_at
    }
    /// When we were told.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.0.recorded.told.recorded_at
    }
    /// Its place in the log.
    async fn position(&self) -> LogPosition {
        LogPosition(self.0.recorded.position)
    }
    /// Who recorded it.
    async fn actor(&self) -> StepActor {
        let actor = &self.0.recorded.meta.actor;
        StepActor {
            user: actor.user.to_string(),
            role: role_name(actor.role),
            organisation: actor.organisation.to_string(),
        }
    }
    /// The system it came from.
    async fn source(&self) -> &str {
        self.0.recorded.meta.source.as_str()
    }
    /// Whether it is made up for a demonstration.
    async fn simulated(&self) -> bool {
        self.0.recorded.meta.simulated
    }
    /// What became of it.
    async fn standing(&self) -> StepStanding {
        match self.0.standing {
            LineStanding::InEffect => StepStanding::InEffect,
            LineStanding::Corrected(_) => StepStanding::Corrected,
            LineStanding::EnteredInError(_) => StepStanding::EnteredInError,
            LineStanding::Amendment => StepStanding::Amendment,
        }
    }
    /// The event that corrected or withdrew it.
    async fn amended_by(&self) -> Option<ID> {
        match self.0.standing {
            LineStanding::Corrected(by) | LineStanding::EnteredInError(Some(by)) => {
                Some(by.0.into())
            }
            LineStanding::InEffect
            | LineStanding::EnteredInError(None)
            | LineStanding::Amendment => None,
        }
    }
    /// Its fields, as the published JSON Schema of the step has them. Why one organisation passed work to
    /// another is not told to the patient.
    async fn payload(&self, ctx: &Context<'_>) -> async_graphql::Result<Json<serde_json::Value>> {
        let step = &self.0.recorded.told.step;
        let mut payload = step.payload().map_err(failed)?;
        let is_patient = identity::principal(ctx)?.standing == Standing::Patient;
        if is_patient
            && matches!(step.kind(), StepKind::WorkTransferRequested | StepKind::WorkloadReturned)
            && let Some(fields) = payload.as_object_mut()
        {
            fields.shift_remove("reason");
        }
        Ok(Json(payload))
    }
}

/// A page of a pathway's timeline.
pub(super) async fn page_of(
    ctx: &Context<'_>,
    known: &Known,
    ask: &PageAsk,
) -> async_graphql::Result<Page<Step>> {
    let principal = identity::principal(ctx)?;
    let all = known.lines().await?;
    let lines = readable(&all, principal);
    let cursor = |line: &Line| line.recorded.told.event_id.to_string();
    let from = ask.begins_at(&lines, cursor)?;
    let page = lines.iter().skip(from);
    desk::charge(ctx, page.len().min(ask.first)).await?;
    let page: Vec<Line> = page.take(ask.first + 1).cloned().collect();
    Ok(ask.of_read(page, cursor).map(Step))
}

/// The lines that somebody may read.
fn readable<'l>(all: &'l [Line], principal: &Principal) -> Cow<'l, [Line]> {
    let may_read = |line: &&Line| principal.may_read(line.recorded.told.step.kind());
    if all.iter().all(|line| may_read(&line)) {
        return Cow::Borrowed(all);
    }
    Cow::Owned(all.iter().filter(may_read).cloned().collect())
}

/// The name of a role, as JSON has it.
pub(super) fn role_name(role: Role) -> String {
    code_name(role)
}

/// The name of a coded value, as JSON has it.
pub(super) fn code_name(value: impl serde::Serialize) -> String {
    let name = serde_json::to_value(value).ok();
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The reads of history.
#[derive(Default)]
pub struct HistoryQuery;

#[Object]
impl HistoryQuery {
    /// Every step of a pathway in the order in which things happened; with `asKnownAt`, only what had
    /// been recorded by then. A pathway that is not yours answers as one that does not exist: null.
    async fn history(
        &self,
        ctx: &Context<'_>,
        pathway_id: ID,
        as_known_at: Option<DateTime<Utc>>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> async_graphql::Result<Option<Page<Step>>> {
        let principal = identity::principal(ctx)?;
        let asked = Asked::by(ctx, principal)?;
        let id = self::pathway_id(&pathway_id)?;
        let ask = PageAsk::new(first, after)?;
        asked.world.not_to_come("asKnownAt", as_known_at)?;
        match Desk::of(ctx)?.known(asked, id, as_known_at).await? {
            Some(known) => page_of(ctx, &known, &ask).await.map(Some),
            None => Ok(None),
        }
    }
}
