//! Issuing a letter: who may, to whom, and what is recorded of it.

use letters::{Audience, Basis, Needs, basis};
use recorder::{Command, Outcome, PathwayRef, Target};
use steps::{Step, identifiers::BadValue};

use super::{
    IssueLetterPayload, IssuedLetter, Letter, LetterHeldBack, Refusal,
    asked::Wanted,
    before::{DEAD, before},
    draft::draft,
    facts::of_the_right_side,
    person::Person,
    timely,
};
use crate::{
    desk::{Asked, Desk, Known},
    schema::{
        record::{StepRefused, provenance},
        scalars::failed,
    },
    world::unrecorded,
};

/// What a letter would say.
pub(super) async fn preview(
    asked: Asked<'_>,
    desk: &Desk,
    wanted: &Wanted<'_>,
) -> async_graphql::Result<Result<Letter, Refusal>> {
    let Some(known) = desk.known(asked, wanted.pathway, None).await? else {
        return Ok(Err(no_such_pathway()));
    };
    let person = person_of(asked, desk, wanted, &known).await?;
    let rests_on = match rests_on(asked, wanted, &known) {
        Ok(rests_on) => rests_on,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Err(refusal) = timely::check(wanted, &rests_on) {
        return Ok(Err(refusal));
    }
    if person.as_ref().is_some_and(Person::has_died) {
        return Ok(Err(Refusal::new("PATIENT_DIED", "template", DEAD)));
    }
    let draft = draft(asked, wanted, &known, &rests_on, needs_of(person.as_ref())).await?;
    Ok(draft.map(|draft| draft.letter))
}

/// Issues a letter, or says why not.
pub(super) async fn issue(
    asked: Asked<'_>,
    desk: &Desk,
    wanted: &Wanted<'_>,
) -> async_graphql::Result<IssueLetterPayload> {
    let Some(known) = desk.known(asked, wanted.pathway, None).await? else {
        return Ok(refused(no_such_pathway()));
    };
    let person = person_of(asked, desk, wanted, &known).await?;
    let needs = needs_of(person.as_ref());
    let rests_on = match rests_on(asked, wanted, &known) {
        Ok(rests_on) => rests_on,
        Err(refusal) => return Ok(refused(refusal)),
    };
    // Read twice more below: for the same command, and for what was recorded.
    let steps = known.history.entries().len() + known.history.set_aside().len();
    desk.charge_steps(asked, 2 * steps).await?;
    if let Some(before) = before(asked, wanted, &needs).await? {
        return Ok(before);
    }
    if let Err(refusal) = timely::check(wanted, &rests_on) {
        return Ok(refused(refusal));
    }
    if person.as_ref().is_some_and(Person::has_died) {
        let sender = asked.principal.organisation.clone();
        let step = letters::suppressed(wanted.template, wanted.letter_id.clone(), sender);
        return record(asked, wanted, (step.map_err(failed)?, None), &needs).await;
    }
    match draft(asked, wanted, &known, &rests_on, needs.clone()).await? {
        Ok(draft) => record(asked, wanted, (draft.issued, draft.act), &needs).await,
        Err(refusal) => Ok(refused(refusal)),
    }
}

fn refused(refusal: Refusal) -> IssueLetterPayload {
    IssueLetterPayload::Refused(refusal.into())
}

fn no_such_pathway() -> Refusal {
    let message = "there is no such pathway: expected the id of one that has begun";
    Refusal::new("NOT_ALLOWED", "pathwayId", message)
}

/// What is known of the person, where the letter goes to them.
async fn person_of(
    asked: Asked<'_>,
    desk: &Desk,
    wanted: &Wanted<'_>,
    known: &Known,
) -> async_graphql::Result<Option<Person>> {
    if wanted.template.audience != Audience::Patient {
        return Ok(None);
    }
    Person::of(asked, desk, known).await.map(Some)
}

fn needs_of(person: Option<&Person>) -> Needs {
    person.map(Person::needs).unwrap_or_default()
}

/// What the letter rests on, if the caller may send it.
fn rests_on(asked: Asked<'_>, wanted: &Wanted<'_>, known: &Known) -> Result<Basis, Refusal> {
    let rests_on = basis(&known.history, wanted.template.topic, wanted.about.as_deref());
    of_the_right_side(asked, wanted, &rests_on).map(|()| rests_on)
}

async fn record(
    asked: Asked<'_>,
    wanted: &Wanted<'_>,
    (step, act): (Step, Option<Step>),
    needs: &Needs,
) -> async_graphql::Result<IssueLetterPayload> {
    let command = |command_id, step| Command {
        command_id,
        target: Target::Pathway(PathwayRef::Id(wanted.pathway)),
        occurred_at: wanted.occurred_at,
        entered_in_source_at: None,
        step,
        provenance: provenance(asked.world, asked.principal),
        origin: None,
    };
    let first = command(wanted.command_id, step.clone());
    let act = act.map(|step| command(wanted.act_id(), step));
    let recorder = &asked.world.recorder;
    let outcome = recorder.record_together(wanted.pathway, &first, act.as_ref()).await;
    let refusal = match outcome.map_err(unrecorded)? {
        Outcome::Refused(why) => why,
        Outcome::Recorded { .. } | Outcome::Parked { .. } => {
            return before(asked, wanted, needs).await?.map_or_else(
                || Err(failed(BadValue { expected: "the letter that was just recorded" })),
                |payload| Ok(payload.into_first()),
            );
        }
    };
    // Two that came at once: the other's is the letter.
    match before(asked, wanted, needs).await? {
        Some(before) => Ok(before),
        None => Ok(IssueLetterPayload::Refused(StepRefused::new(
            refusal.code(),
            refusal.field().to_owned(),
            refusal.to_string(),
        ))),
    }
}

impl IssueLetterPayload {
    /// As the one who recorded it is answered.
    fn into_first(self) -> Self {
        match self {
            Self::Issued(issued) => Self::Issued(IssuedLetter { duplicate: false, ..issued }),
            Self::HeldBack(held) => Self::HeldBack(LetterHeldBack { duplicate: false, ..held }),
            Self::Refused(why) => Self::Refused(why),
        }
    }
}
