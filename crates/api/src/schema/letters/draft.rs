//! A letter that is written: its facts, reasons and format, and the steps that it is.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use letters::{BadChoice, Basis, Choice, Facts, LetterError, Needs, Print, Sent};
use sha2::Sha256;
use steps::{
    CommandId, Label, Step, identifiers::BadValue, letters_and_information::InformationFormat,
    named_by_rules::LetterIssued,
};

use super::{
    Letter, Refusal,
    asked::{Wanted, carries_a_letter},
    facts::{Joined, joined},
    routed::refuse_where_nobody_reads,
};
use crate::{
    desk::{Asked, Known},
    schema::{history::code_name, scalars::failed},
};

/// A letter that is written and not yet sent, and the steps that it is.
pub(super) struct Draft {
    pub(super) letter: Letter,
    pub(super) issued: Step,
    pub(super) act: Option<Step>,
}

/// The format that the person needs, and what stands against it.
fn format_for(wanted: &Wanted<'_>, needs: &Needs) -> Result<Option<InformationFormat>, Refusal> {
    let against = |field, what: String| {
        let message = format!("the person needs {what}: expected that, or a newer need recorded");
        Err(Refusal::new("NEED_NOT_MET", field, message))
    };
    let needed = needs.channel.filter(|channel| *channel != wanted.channel);
    if let Some(channel) = needed.filter(|channel| !carries_a_letter(*channel)) {
        let by = code_name(channel);
        let message = format!(
            "the person needs to be told by {by}, which carries no letter: expected that they are \
             told by it (patientInformed), or a newer need recorded"
        );
        return Err(Refusal::new("NEED_NOT_MET", "channel", message));
    }
    if let Some(channel) = needed {
        return against("channel", format!("letters by {}", code_name(channel)));
    }
    match (wanted.format, needs.format) {
        (Some(wanted), Some(needed)) if wanted != needed => {
            against("format", format!("letters as {}", code_name(needed)))
        }
        (wanted, needed) => Ok(wanted.or(needed)),
    }
}

pub(super) async fn draft(
    asked: Asked<'_>,
    wanted: &Wanted<'_>,
    known: &Known,
    rests_on: &Basis,
    needs: Needs,
) -> async_graphql::Result<Result<Draft, Refusal>> {
    if let Err(refusal) = refuse_where_nobody_reads(asked.world, wanted, rests_on) {
        return Ok(Err(refusal));
    }
    let step = known.next_step(&asked.world.rules).await?;
    let joined = joined(asked, wanted, rests_on, &step);
    match written(asked, wanted, rests_on, joined, &needs) {
        Ok(draft) => Ok(draft.map(Ok).map_err(failed)?),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// The letter and its steps. A value of ours that is malformed is a failure, and nobody's refusal.
fn written(
    asked: Asked<'_>,
    wanted: &Wanted<'_>,
    rests_on: &Basis,
    joined: Joined,
    needs: &Needs,
) -> Result<Result<Draft, BadValue>, Refusal> {
    let format = format_for(wanted, needs)?;
    let chosen = Chosen::of(wanted, rests_on)?;
    let facts = chosen.told(joined.facts);
    let large = format == Some(InformationFormat::LargePrint);
    let print = if large { Print::Large } else { Print::Ordinary };
    let letter = wanted.template.write(&facts, print).map_err(unwritten)?;
    let sent = |content_hash: Label| Sent {
        template: wanted.template,
        basis: rests_on,
        letter: &letter,
        letter_id: wanted.letter_id.clone(),
        category: chosen.category.and_then(|category| letters::work_category(&category.code)),
        reasons: chosen.reasons,
        words: wanted.words.clone(),
        sender: asked.principal.organisation.clone(),
        role: asked.principal.role,
        recipient: joined.recipient,
        channel: wanted.channel,
        format,
        contacts: joined.contacts,
        patient_told_at: wanted.patient_told_at,
        content_hash,
    };
    Ok(digest(wanted.command_id, &letter).and_then(|hash| drafted(&sent(hash), needs)))
}

/// What was chosen of that which the template gives.
struct Chosen<'a> {
    reasons: Vec<&'a Choice>,
    category: Option<&'a Choice>,
}

impl<'a> Chosen<'a> {
    fn of(wanted: &Wanted<'a>, rests_on: &Basis) -> Result<Self, Refusal> {
        let template = wanted.template;
        let bad = |bad: BadChoice| Refusal::new("UNKNOWN_CHOICE", bad.field, bad.message);
        let has_words = wanted.words.is_some();
        let reasons =
            template.chosen(&wanted.reasons, &rests_on.reasons, has_words).map_err(bad)?;
        let gives_work = !template.categories.is_empty();
        let asked_for = rests_on.category.map(code_name).filter(|_| gives_work);
        let category = wanted.category.clone().or(asked_for);
        let category = category.map(|code| template.work(&code)).transpose().map_err(bad)?;
        Ok(Self { reasons, category })
    }

    /// The facts, with the words of what was chosen.
    fn told(&self, mut facts: Facts) -> Facts {
        facts.set_all("reasons", self.reasons.iter().map(|reason| reason.words.as_str()));
        facts.set_some("work.category", self.category.map(|category| category.words.as_str()));
        facts
    }
}

/// The steps that the letter is, and how it reads.
fn drafted(sent: &Sent<'_>, needs: &Needs) -> Result<Draft, BadValue> {
    let (issued, act) = (sent.issued()?, sent.act()?);
    let Step::LetterIssued(step) = &issued else {
        return Err(BadValue { expected: "a letter" });
    };
    let letter = letter_of(step, &sent.letter.text, &sent.letter.html, needs);
    Ok(Draft { letter, issued, act })
}

fn unwritten(error: LetterError) -> Refusal {
    match &error {
        LetterError::Missing { missing, .. } => {
            let field = missing.first().map_or("template", |first| first.fact);
            Refusal::new("MISSING_FACT", field, error.to_string())
        }
        LetterError::Broken { .. } => Refusal::new("MISSING_FACT", "template", error.to_string()),
    }
}

/// Digest of text and HTML under the command's id, which the log does not hold: who sent the letter
/// can prove it, and nobody can try persons until one fits.
fn digest(command_id: CommandId, letter: &letters::Letter) -> Result<Label, BadValue> {
    let bad = BadValue { expected: "a key of any length" };
    let mac = Hmac::<Sha256>::new_from_slice(command_id.0.as_bytes());
    let mut mac = mac.map_err(|_no_length| bad)?;
    mac.update(letter.text.as_bytes());
    mac.update(&[0]);
    mac.update(letter.html.as_bytes());
    let mut words = "hmac-sha256:".to_owned();
    for byte in mac.finalize().into_bytes() {
        write!(words, "{byte:02x}").map_err(|_no_failure| BadValue { expected: "a digest" })?;
    }
    words.parse()
}

/// A letter as its step and its words tell it.
pub(super) fn letter_of(step: &LetterIssued, text: &str, html: &str, needs: &Needs) -> Letter {
    Letter {
        id: step.letter_id.to_string().into(),
        template: step.template.to_string(),
        version: step.edition.as_str().parse().unwrap_or_default(),
        title: text.lines().next().unwrap_or_default().to_owned(),
        text: text.to_owned(),
        html: html.to_owned(),
        reasons: step.letter_reasons.iter().map(ToString::to_string).collect(),
        to_patient: step.to_patient,
        to_organisation: step.to_organisation.as_ref().map(ToString::to_string),
        format: step.format.map(code_name),
        needs: in_words(needs),
    }
}

fn in_words(needs: &Needs) -> Vec<String> {
    let mut words = Vec::new();
    words.extend(needs.format.map(|format| format!("format: {}", code_name(format))));
    words.extend(needs.channel.map(|channel| format!("channel: {}", code_name(channel))));
    words.extend(needs.language.as_ref().map(|language| {
        let with = if needs.interpreter == Some(true) { ", with an interpreter" } else { "" };
        format!("language: {language}{with}")
    }));
    let support = needs.communication_support;
    words.extend(support.map(|support| format!("support: {}", code_name(support))));
    words
}
