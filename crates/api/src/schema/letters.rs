//! Letters: which there are, what one would say, issuing one, and what was held back.

use async_graphql::{Context, ID, InputObject, MergedObject, Object, SimpleObject, Union};
use chrono::{DateTime, Utc};

use super::{
    record::StepRefused,
    scalars::{LogPosition, Moment, pathway_id},
};
use crate::{
    World,
    desk::{self, Asked, Desk},
    identity,
};

mod asked;
mod before;
mod draft;
mod facts;
mod held;
mod issue;
mod person;
mod routed;
mod timely;
mod told;

use asked::Wanted;
pub use held::HeldQuery;
pub use told::LetterTemplate;

/// A letter to write.
#[derive(InputObject)]
pub struct IssueLetterInput {
    /// The pathway it is about.
    pathway_id: ID,
    /// The template, by its id.
    template: String,
    /// The reasons it gives, by the codes of the template; left out, those of the step it tells of.
    reasons: Option<Vec<String>>,
    /// What the sender adds, in own words. It goes into the letter as it is.
    words: Option<String>,
    /// The work, message, request or appointment that it is about, by its id; left out, the last.
    about: Option<String>,
    /// What kind of work it is, by the codes of the template; left out, as the work was asked for.
    category: Option<String>,
    /// The person who signs.
    signed_by: SignerInput,
    /// How it goes: POST, EMAIL, NHS_APP and so on.
    channel: String,
    /// In which format: STANDARD, LARGE_PRINT and so on; left out, as the person needs it.
    format: Option<String>,
    /// When it is sent, a day or an instant; left out, now.
    occurred_at: Option<String>,
    /// The organisation it goes to, by its code; left out, as the pathway names it. Where that one has
    /// closed, the one that took its place; no other is taken.
    to_organisation: Option<String>,
    /// When the patient was told that work goes back, of a letter that returns it; left out, not yet.
    patient_told_at: Option<String>,
    /// Your id of this command, a random UUID. The same command gives the same letter.
    command_id: ID,
}

/// The person who signs a letter: never a team.
#[derive(InputObject)]
pub struct SignerInput {
    /// The name.
    name: String,
    /// What that person does, in words.
    role: String,
}

/// A letter.
#[derive(SimpleObject, Clone)]
pub struct Letter {
    /// Its id.
    id: ID,
    /// The template it is made from.
    template: String,
    /// The version of the template.
    version: u32,
    /// What it is called.
    title: String,
    /// As plain text.
    text: String,
    /// As a whole HTML document that can be read without a style sheet.
    html: String,
    /// The reasons it gives, as codes.
    reasons: Vec<String>,
    /// Whether it goes to the patient.
    to_patient: bool,
    /// The organisation it goes to, by its code; null: the patient, or one without a code.
    to_organisation: Option<String>,
    /// The format in which it is to be made: STANDARD, LARGE_PRINT, BRAILLE and so on.
    format: Option<String>,
    /// What the person needs of a letter, as recorded; empty: nothing is recorded.
    needs: Vec<String>,
}

/// The letter is issued, and that is on disk.
#[derive(SimpleObject)]
pub struct IssuedLetter {
    /// The letter, as it was issued.
    letter: Letter,
    /// The event that says so.
    event_id: ID,
    /// The event of what the letter itself does: work returned, a decline disputed, the patient told.
    act_event_id: Option<ID>,
    /// Its place in the log: give it as `atLeast` to read what you wrote.
    position: LogPosition,
    /// When it was recorded.
    recorded_at: Option<DateTime<Utc>>,
    /// Whether the same command had issued it before.
    duplicate: bool,
}

/// The letter is held back: a death is known, and nothing is sent to that person.
#[derive(SimpleObject)]
pub struct LetterHeldBack {
    /// The id that the letter would have had.
    letter_id: ID,
    /// The template.
    template: String,
    /// Why, in words.
    message: String,
    /// The event that says so.
    event_id: ID,
    /// Its place in the log.
    position: LogPosition,
    /// Whether the same command had been held back before.
    duplicate: bool,
}

/// The answer to the wish to issue a letter.
#[derive(Union)]
pub enum IssueLetterPayload {
    /// It is issued.
    Issued(IssuedLetter),
    /// It is held back, and that is recorded.
    HeldBack(LetterHeldBack),
    /// It is not issued, and nothing is recorded.
    Refused(StepRefused),
}

/// What a letter would say.
#[derive(Union)]
pub enum LetterPreview {
    /// The letter.
    Letter(Letter),
    /// Why there would be none.
    Refused(StepRefused),
}

/// A letter that was held back.
#[derive(SimpleObject)]
pub struct HeldBackLetter {
    /// The pathway it was about.
    pathway_id: ID,
    /// The id that the letter would have had.
    letter_id: ID,
    /// The template.
    template: Option<String>,
    /// The version of the template.
    version: Option<String>,
    /// The organisation that would have sent it.
    from_organisation: Option<String>,
    /// Why: PATIENT_DIED, or another reason that was recorded.
    reason: String,
    /// When it was held back.
    held_back_at: Moment,
    /// When that was recorded; null in a list by organisation, where `history` of the pathway says it.
    recorded_at: Option<DateTime<Utc>>,
    /// The event that says so.
    event_id: ID,
}

/// Why there is no letter: an answer, not a failure.
pub(super) struct Refusal {
    code: &'static str,
    field: &'static str,
    message: String,
}

impl Refusal {
    fn new(code: &'static str, field: &'static str, message: impl Into<String>) -> Self {
        Self { code, field, message: message.into() }
    }
}

impl From<Refusal> for StepRefused {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.code, refusal.field.to_owned(), refusal.message)
    }
}

/// The writes of letters.
#[derive(Default)]
pub struct LettersMutation;

#[Object]
impl LettersMutation {
    /// Issues a letter from a template and what is known of the pathway, and records that; where the
    /// letter itself returns work, disputes a decline or tells the patient, that too, in one append.
    /// For staff of the side that sends it. What would go to a closed organisation, or where nobody
    /// reads it, is refused: CLOSED_ORGANISATION, UNSERVICED_ENDPOINT. After a death nothing goes to
    /// the patient: the letter is held back, and that is recorded.
    async fn issue_letter(
        &self,
        ctx: &Context<'_>,
        input: IssueLetterInput,
    ) -> async_graphql::Result<IssueLetterPayload> {
        let asked = Asked::by(ctx, identity::principal(ctx)?)?;
        let wanted = match Wanted::of(asked, input) {
            Ok(wanted) => wanted,
            Err(refusal) => return Ok(IssueLetterPayload::Refused(refusal.into())),
        };
        issue::issue(asked, Desk::of(ctx)?, &wanted).await
    }
}

/// The reads of letters.
#[derive(MergedObject, Default)]
pub struct LettersQuery(LetterQuery, HeldQuery);

/// The reads of letters of one pathway, and of templates.
#[derive(Default)]
pub struct LetterQuery;

#[Object]
impl LetterQuery {
    /// The letters that can be issued: reasons, kinds of work and the facts that each needs.
    async fn letter_templates(
        &self,
        ctx: &Context<'_>,
    ) -> async_graphql::Result<Vec<LetterTemplate>> {
        identity::not_a_patient(ctx)?;
        let templates = ctx.data::<World>()?.rules.letters.all();
        let lists = |it: &letters::Template| {
            1 + it.reasons.len() + it.categories.len() + it.needs.len() + it.tells.len()
        };
        desk::charge(ctx, templates.iter().map(lists).sum()).await?;
        Ok(templates.iter().map(LetterTemplate::from).collect())
    }

    /// What `issueLetter` would give with this input; nothing is recorded.
    async fn letter_preview(
        &self,
        ctx: &Context<'_>,
        input: IssueLetterInput,
    ) -> async_graphql::Result<LetterPreview> {
        let asked = Asked::by(ctx, identity::principal(ctx)?)?;
        let preview = match Wanted::of(asked, input) {
            Ok(wanted) => issue::preview(asked, Desk::of(ctx)?, &wanted).await?,
            Err(refusal) => Err(refusal),
        };
        Ok(preview.map_or_else(|why| LetterPreview::Refused(why.into()), LetterPreview::Letter))
    }

    /// The letters that were held back from the person of this pathway, on all pathways of theirs.
    async fn held_back(
        &self,
        ctx: &Context<'_>,
        pathway_id: ID,
    ) -> async_graphql::Result<Vec<HeldBackLetter>> {
        let asked = Asked::by(ctx, identity::not_a_patient(ctx)?)?;
        let (id, desk) = (self::pathway_id(&pathway_id)?, Desk::of(ctx)?);
        let Some(known) = desk.known(asked, id, None).await? else { return Ok(Vec::new()) };
        let person = person::Person::of(asked, desk, &known).await?;
        let held: Vec<HeldBackLetter> = person.held_back().collect();
        desk::charge(ctx, held.len()).await?;
        Ok(held)
    }
}
