//! What an organisation held back, whoever it was for.

use ::interface::{Cursor, Held, HeldAsk, Listed, held};
use async_graphql::{Context, Object};

use super::HeldBackLetter;
use crate::{
    World, desk, identity,
    schema::{
        history::code_name,
        interface::{organisation, read, span},
        page::{Page, PageAsk, bad_cursor},
        scalars::{LogPosition, Moment, bad_input},
    },
};

impl From<Listed<Held>> for HeldBackLetter {
    fn from(listed: Listed<Held>) -> Self {
        let Listed { stream, item, .. } = listed;
        Self {
            pathway_id: stream.0.into(),
            letter_id: item.letter_id.to_string().into(),
            template: item.template.as_ref().map(ToString::to_string),
            version: item.edition.as_ref().map(ToString::to_string),
            from_organisation: item.sender.as_ref().map(ToString::to_string),
            reason: code_name(item.reason),
            held_back_at: Moment(item.at),
            recorded_at: None,
            event_id: item.step.0.into(),
        }
    }
}

/// The reads of what organisations held back.
#[derive(Default)]
pub struct HeldQuery;

#[Object]
impl HeldQuery {
    /// The letters to patients that an organisation held back in some months, by when. For staff and
    /// auditors.
    async fn letters_held_back(
        &self,
        ctx: &Context<'_>,
        organisation: String,
        #[graphql(desc = "The first month, 2026-01.")] from: String,
        #[graphql(desc = "The last month; left out: the first.")] to: Option<String>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<Page<HeldBackLetter>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?;
        let page = PageAsk::new(first, after)?;
        let after = page.after.as_deref().map(str::parse::<Cursor>).transpose();
        let sender = self::organisation("organisation", Some(organisation))?;
        let ask = HeldAsk {
            months: span(&from, to.as_deref())?,
            sender: sender.ok_or_else(|| bad_input("`organisation`: expected an ODS code"))?,
            after: after.map_err(|()| bad_cursor())?,
            first: u32::try_from(page.first + 1).unwrap_or(u32::MAX),
        };
        let listed = read(world, at_least, move |conn| held(conn, &ask)).await?;
        desk::charge(ctx, listed.len()).await?;
        let read = page.of_read(listed, |one: &Listed<Held>| one.cursor.to_string());
        Ok(read.map(HeldBackLetter::from))
    }
}
