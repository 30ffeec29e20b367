//! Who is turned away without a reason: referrals declined, patients taken off lists.

use ::interface::{Connection, LeavingCount, leaving_counts};
use async_graphql::{Context, Object};

use super::{SURVEYS, organisation, read, span};
use crate::{World, desk, identity, schema::scalars::LogPosition};

/// The referrals that a provider declined in a month, and its removals from lists.
pub struct LeavingRate(LeavingCount);

/// The referrals that a provider declined in a month, and its removals from lists.
#[Object]
impl LeavingRate {
    /// The month, 2026-01.
    async fn month(&self) -> String {
        self.0.month.to_string()
    }
    /// The provider.
    async fn provider(&self) -> &str {
        self.0.provider.as_str()
    }
    /// Referrals declined.
    async fn declined(&self) -> u64 {
        self.0.declined
    }
    /// Of them, without a reason, coded or in words.
    async fn declined_without_reason(&self) -> u64 {
        self.0.declined_without_reason
    }
    /// Their share; null where none was declined.
    async fn declined_without_reason_share(&self) -> Option<f64> {
        share(self.0.declined_without_reason, self.0.declined)
    }
    /// Of them, without saying what should be done instead.
    async fn declined_without_alternative(&self) -> u64 {
        self.0.declined_without_alternative
    }
    /// Patients taken off a waiting list.
    async fn removed(&self) -> u64 {
        self.0.removed
    }
    /// Of them, without a reason.
    async fn removed_without_reason(&self) -> u64 {
        self.0.removed_without_reason
    }
    /// Their share; null where nobody was removed.
    async fn removed_without_reason_share(&self) -> Option<f64> {
        share(self.0.removed_without_reason, self.0.removed)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The reads of those rates.
#[derive(Default)]
pub struct RatesQuery;

#[Object]
impl RatesQuery {
    /// Referrals declined and removals from lists in some months, by month and provider, and how many of
    /// them without a reason. For staff and auditors.
    async fn leaving_rates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first month, 2026-01.")] from: String,
        #[graphql(desc = "The last month; left out: the first.")] to: Option<String>,
        provider: Option<String>,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<Vec<LeavingRate>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?;
        let (months, who) = (span(&from, to.as_deref())?, organisation("provider", provider)?);
        desk::charge_survey(ctx, SURVEYS).await?;
        let ask = move |conn: &Connection| leaving_counts(conn, months, who.as_ref());
        let lines = read(world, at_least, ask).await?;
        desk::charge(ctx, lines.len()).await?;
        Ok(lines.into_iter().map(LeavingRate).collect())
    }
}
