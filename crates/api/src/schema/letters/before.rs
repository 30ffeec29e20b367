//! The letter that the same command issued before: as it was, whatever has changed since.

use event_store::{Category, StreamId};
use letters::Needs;
use recorder::event_id;
use steps::{
    EventId, Step,
    named_by_rules::{LetterIssued, LetterSuppressed},
};

use super::{
    IssueLetterPayload, IssuedLetter, Letter, LetterHeldBack, Refusal, asked::Wanted,
    draft::letter_of,
};
use crate::{
    desk::Asked,
    schema::scalars::{LogPosition, failed},
    world::unrecorded,
};

/// Why nothing is sent any more.
pub(super) const DEAD: &str = "a death is known: nothing more is sent to this person. If it was recorded in error, \
                    withdraw that step and issue the letter by a new command";

/// The answer that the same command had before; none where it never came.
pub(super) async fn before(
    asked: Asked<'_>,
    wanted: &Wanted<'_>,
    needs: &Needs,
) -> async_graphql::Result<Option<IssueLetterPayload>> {
    let recorder = &asked.world.recorder;
    let stream = StreamId::new(Category::Pathway, wanted.pathway.0);
    let stored = recorder.stream(stream).await.map_err(unrecorded)?;
    let of = |id: EventId| stored.iter().find(|event| event.event.event_id == id.0);
    let id = event_id(wanted.command_id, 0);
    let Some(event) = of(id) else { return Ok(None) };
    let (told, _meta) = envelope::read_open(event, recorder.keys()).map_err(failed)?;
    let act_event_id = of(event_id(wanted.act_id(), 0)).map(|act| act.event.event_id.into());
    let position = LogPosition(event.position);
    #[expect(clippy::wildcard_enum_match_arm, reason = "two steps tell of such a command")]
    Ok(Some(match &told.step {
        Step::LetterIssued(step) if step.letter_id == wanted.letter_id => {
            let Some(letter) = opened(step, needs) else { return Ok(Some(sealed())) };
            IssueLetterPayload::Issued(IssuedLetter {
                letter,
                event_id: id.0.into(),
                act_event_id,
                position,
                recorded_at: Some(told.recorded_at),
                duplicate: true,
            })
        }
        Step::LetterSuppressed(step) if step.letter_id == wanted.letter_id => {
            IssueLetterPayload::HeldBack(held_back(step, id, position))
        }
        _ => reused(),
    }))
}

/// The command's id told of something else before.
fn reused() -> IssueLetterPayload {
    let message = "`commandId` was used before with other content: expected a new id, or the same \
                   content";
    IssueLetterPayload::Refused(Refusal::new("COMMAND_REUSED", "commandId", message).into())
}

/// The letter was issued, and nobody can read it any more.
fn sealed() -> IssueLetterPayload {
    let message =
        "the letter was issued, and the key of this person is gone: it can no longer be read";
    IssueLetterPayload::Refused(Refusal::new("SEALED", "commandId", message).into())
}

/// The letter as it was sent; none where its words can no longer be read.
fn opened(step: &LetterIssued, needs: &Needs) -> Option<Letter> {
    let (text, html) = (open(step.letter_text.as_ref())?, open(step.letter_html.as_ref())?);
    Some(letter_of(step, text, html, needs))
}

fn open(document: Option<&steps::Personal<steps::Document>>) -> Option<&str> {
    document.and_then(steps::Personal::open).map(steps::Document::as_str)
}

fn held_back(step: &LetterSuppressed, id: EventId, position: LogPosition) -> LetterHeldBack {
    LetterHeldBack {
        letter_id: step.letter_id.to_string().into(),
        template: step.template.as_ref().map(ToString::to_string).unwrap_or_default(),
        message: DEAD.to_owned(),
        event_id: id.0.into(),
        position,
        duplicate: true,
    }
}
