//! What is asked for, parsed.

use chrono::{DateTime, Utc};
use letters::Template;
use serde::de::DeserializeOwned;
use steps::{
    CommandId, Label, LetterId, OccurredAt, OdsCode, PathwayId, Text, codes::Channel,
    letters_and_information::InformationFormat,
};
use uuid::Uuid;

use super::{IssueLetterInput, Refusal};
use crate::{desk::Asked, identity::Standing};

/// A letter that somebody wants to issue.
pub(super) struct Wanted<'a> {
    pub(super) pathway: PathwayId,
    pub(super) template: &'a Template,
    pub(super) reasons: Vec<String>,
    pub(super) words: Option<Text>,
    pub(super) about: Option<String>,
    pub(super) category: Option<String>,
    pub(super) signer: (Label, Label),
    pub(super) channel: Channel,
    pub(super) format: Option<InformationFormat>,
    pub(super) occurred_at: OccurredAt,
    pub(super) to_organisation: Option<OdsCode>,
    pub(super) patient_told_at: Option<OccurredAt>,
    pub(super) now: DateTime<Utc>,
    pub(super) command_id: CommandId,
    /// Made from the command's id and all that it asks, so that other content is another letter.
    pub(super) letter_id: LetterId,
}

impl<'a> Wanted<'a> {
    /// What the input asks for. Patients and auditors issue no letters.
    pub(super) fn of(asked: Asked<'a>, input: IssueLetterInput) -> Result<Self, Refusal> {
        if asked.principal.standing != Standing::Staff {
            let message = "letters are not yours to issue: expected a token of the staff who do";
            return Err(Refusal::new("NOT_ALLOWED", "template", message));
        }
        let templates = &asked.world.rules.letters;
        let template = templates.get(&input.template).ok_or_else(|| {
            let ids: Vec<&str> = templates.all().iter().map(|it| it.id.as_str()).collect();
            let message = format!("there is no such template: expected one of {}", ids.join(", "));
            Refusal::new("UNKNOWN_TEMPLATE", "template", message)
        })?;
        let now = asked.world.now();
        let command_id = parsed::<CommandId>("commandId", &input.command_id)?;
        Ok(Self {
            pathway: parsed("pathwayId", input.pathway_id.trim_start_matches("Pathway:"))?,
            template,
            letter_id: letter_id(command_id, &input)?,
            words: input.words.as_deref().map(|words| parsed("words", words)).transpose()?,
            signer: (
                parsed("signedBy.name", &input.signed_by.name)?,
                parsed("signedBy.role", &input.signed_by.role)?,
            ),
            channel: channel(&input.channel)?,
            format: input.format.as_deref().map(format).transpose()?,
            occurred_at: match &input.occurred_at {
                Some(raw) => parsed("occurredAt", raw)?,
                None => OccurredAt::Instant(now),
            },
            to_organisation: to_organisation(input.to_organisation.as_deref())?,
            patient_told_at: told_at(input.patient_told_at.as_deref())?,
            reasons: input.reasons.unwrap_or_default(),
            about: input.about,
            category: input.category,
            now,
            command_id,
        })
    }

    /// The command of what the letter does.
    pub(super) fn act_id(&self) -> CommandId {
        CommandId(Uuid::new_v5(&self.command_id.0, b"act"))
    }
}

fn to_organisation(raw: Option<&str>) -> Result<Option<OdsCode>, Refusal> {
    raw.map(|raw| parsed("toOrganisation", raw)).transpose()
}

fn told_at(raw: Option<&str>) -> Result<Option<OccurredAt>, Refusal> {
    raw.map(|raw| parsed("patientToldAt", raw)).transpose()
}

fn letter_id(command_id: CommandId, input: &IssueLetterInput) -> Result<LetterId, Refusal> {
    let mut content = serde_json::json!([
        input.pathway_id.as_str(),
        input.template,
        input.reasons,
        input.words,
        input.about,
        input.category,
        input.signed_by.name,
        input.signed_by.role,
        input.channel,
        input.format,
        input.occurred_at,
        input.patient_told_at,
    ]);
    // Only where it is said: a command of before this could be said keeps its letter.
    if let (Some(to), Some(content)) = (&input.to_organisation, content.as_array_mut()) {
        content.push(to.as_str().into());
    }
    let id = Uuid::new_v5(&command_id.0, content.to_string().as_bytes());
    parsed("commandId", &id.to_string())
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
    field: &'static str,
    raw: &str,
) -> Result<T, Refusal> {
    raw.parse()
        .map_err(|bad| Refusal::new("MALFORMED", field, format!("`{field}` is malformed: {bad}")))
}

/// A coded value by its name.
fn coded<T: DeserializeOwned>(raw: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(raw.to_owned())).ok()
}

fn channel(raw: &str) -> Result<Channel, Refusal> {
    coded(raw).filter(|channel| carries_a_letter(*channel)).ok_or_else(|| {
        let message = "`channel` is no way to send a letter: expected POST, LETTER (handed over), \
                       EMAIL, NHS_APP, PORTAL, ELECTRONIC_DOCUMENT or E_REFERRAL_SERVICE";
        Refusal::new("MALFORMED", "channel", message)
    })
}

/// Whether a whole written letter goes by it: none is rung, said or texted, and a task in a clinical
/// system is no approved channel.
pub(super) const fn carries_a_letter(channel: Channel) -> bool {
    matches!(
        channel,
        Channel::Post
            | Channel::Letter
            | Channel::Email
            | Channel::NhsApp
            | Channel::Portal
            | Channel::ElectronicDocument
            | Channel::EReferralService
    )
}

fn format(raw: &str) -> Result<InformationFormat, Refusal> {
    coded(raw).ok_or_else(|| {
        let message = "`format` is malformed: expected STANDARD, LARGE_PRINT, EASY_READ or another \
                       format of information";
        Refusal::new("MALFORMED", "format", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_goes_by_what_carries_one() {
        for carries in [
            "POST",
            "LETTER",
            "EMAIL",
            "NHS_APP",
            "PORTAL",
            "ELECTRONIC_DOCUMENT",
            "E_REFERRAL_SERVICE",
        ] {
            assert!(channel(carries).is_ok(), "{carries}");
        }
        for other in [
            "TELEPHONE",
            "IN_PERSON",
            "VIDEO",
            "TEXT_MESSAGE",
            "ADVICE_SERVICE",
            "CLINICAL_SYSTEM_TASK",
            "NOT_RECORDED",
            "PIGEON",
        ] {
            let refusal = channel(other).err().unwrap();
            assert_eq!((refusal.code, refusal.field), ("MALFORMED", "channel"), "{other}");
            assert!(refusal.message.contains("expected POST"));
        }
    }
}
