//! The medical examiner's cases: how many have come how far, and each of them.

use std::sync::{Arc, PoisonError};

use ::interface::{Case, CaseCount, Cursor, case_counts, cases};
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use steps::OdsCode;

use super::{SURVEYS, read, span};
use crate::{
    World, desk, identity,
    schema::{
        page::{Page, PageAsk, bad_cursor},
        scalars::{LogPosition, Moment},
    },
};

/// How far a death has come on the way to the registrar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "::interface::Stage")]
pub enum ExaminerStage {
    /// Reported; no certificate yet.
    AwaitingCertificate,
    /// The attending practitioner has completed the certificate.
    Certified,
    /// With the medical examiner's office.
    WithExaminer,
    /// Amended by the examiner: the doctor issues it again.
    BackWithDoctor,
    /// Agreed; the office sends it to the registrar.
    Agreed,
    /// With the coroner.
    WithCoroner,
    /// Sent to the registrar.
    SentToRegistrar,
}

/// The standing of the medical examiner's process on the day of a death.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "policy::ExaminerBasis", name = "ExaminerBasis")]
pub enum ExaminerBasisName {
    /// Before there was any.
    None,
    /// Without a duty in law.
    NonStatutory,
    /// By law, for every death.
    Statutory,
}

/// Deaths at one office that have come so far.
#[derive(SimpleObject)]
pub struct ExaminerCaseCount {
    /// The standing of the process on the day of death.
    basis: ExaminerBasisName,
    /// The medical examiner's office; null: none was named yet.
    office: Option<String>,
    /// How far.
    stage: ExaminerStage,
    /// How many.
    count: u64,
}

impl From<CaseCount> for ExaminerCaseCount {
    fn from(line: CaseCount) -> Self {
        Self {
            basis: line.basis.into(),
            office: line.office.as_ref().map(ToString::to_string),
            stage: line.stage.into(),
            count: line.count,
        }
    }
}

/// A death on its way to the registrar; who it is stands nowhere here.
pub struct ExaminerCase(pub(super) Case);

/// A death on its way to the registrar; who it is stands nowhere here.
#[Object]
impl ExaminerCase {
    /// How far it has come.
    async fn stage(&self) -> ExaminerStage {
        self.0.stage.into()
    }
    /// Since when.
    async fn since(&self) -> Moment {
        Moment(self.0.since)
    }
    /// When the person died, as far as it was told.
    async fn died_at(&self) -> Moment {
        Moment(self.0.died_at)
    }
    /// The standing of the process on that day.
    async fn basis(&self) -> ExaminerBasisName {
        self.0.basis.into()
    }
    /// The medical examiner's office.
    async fn office(&self) -> Option<&str> {
        self.0.office.as_ref().map(OdsCode::as_str)
    }
    /// When it came to the office.
    async fn referred_at(&self) -> Option<Moment> {
        self.0.referred_at.map(Moment)
    }
    /// The last step that moved it.
    async fn moved_by(&self) -> ID {
        self.0.moved_by.0.into()
    }
}

/// The reads of deaths.
#[derive(Default)]
pub struct DeathsQuery;

#[Object]
impl DeathsQuery {
    /// How many of the deaths of some months have come how far, by standing of the process and medical
    /// examiner's office. For staff and auditors.
    async fn medical_examiner_counts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first month, 2026-01.")] from: String,
        #[graphql(desc = "The last month; left out: the first.")] to: Option<String>,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<Vec<ExaminerCaseCount>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?;
        let (months, register) = (span(&from, to.as_deref())?, Arc::clone(&world.register));
        desk::charge_survey(ctx, SURVEYS).await?;
        let lines = read(world, at_least, move |conn| {
            let register = register.read().unwrap_or_else(PoisonError::into_inner);
            case_counts(conn, &register, months, None)
        });
        let lines = lines.await?;
        desk::charge(ctx, lines.len()).await?;
        Ok(lines.into_iter().map(ExaminerCaseCount::from).collect())
    }

    /// The deaths of some months that have come so far, those that have stood there longest first. For
    /// staff and auditors.
    async fn medical_examiner_cases(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first month, 2026-01.")] from: String,
        #[graphql(desc = "The last month; left out: the first.")] to: Option<String>,
        stage: Option<ExaminerStage>,
        office: Option<String>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<Page<ExaminerCase>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?;
        let page = PageAsk::new(first, after)?;
        let after = page.after.as_deref().map(str::parse::<Cursor>).transpose();
        let after = after.map_err(|()| bad_cursor())?;
        let (months, register) = (span(&from, to.as_deref())?, Arc::clone(&world.register));
        let office = super::organisation("office", office)?;
        desk::charge_survey(ctx, SURVEYS).await?;
        let all = read(world, at_least, move |conn| {
            let register = register.read().unwrap_or_else(PoisonError::into_inner);
            cases(conn, &register, months)
        });
        let mut found = all.await?;
        found.retain(|case| stage.is_none_or(|stage| case.stage == stage.into()));
        found.retain(|case| office.is_none() || case.office == office);
        found.retain(|case| after.is_none_or(|after| case.cursor() > after));
        found.sort_by_key(Case::cursor);
        found.truncate(page.first + 1);
        desk::charge(ctx, found.len()).await?;
        let read = page.of_read(found, |case| case.cursor().to_string());
        Ok(read.map(ExaminerCase))
    }
}
