//! The facts that letters tell, each by a name.

use std::collections::BTreeMap;

/// A fact that a template may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactInfo {
    /// Its name in templates: `patient.name`.
    pub name: &'static str,
    /// What it is, and from where it is known.
    pub means: &'static str,
}

const fn fact(name: &'static str, means: &'static str) -> FactInfo {
    FactInfo { name, means }
}

/// What stands on every letter.
pub const ALWAYS: [&str; 8] = [
    "letter.date",
    "letter.reference",
    "sender.organisation",
    "signer.name",
    "signer.role",
    "recipient.organisation",
    "patient.name",
    "patient.nhs_number",
];

/// Every fact, in the order in which a reader meets them.
pub const FACTS: &[FactInfo] = &[
    fact("letter.date", "the day of the letter: given with the command, else today"),
    fact("letter.reference", "the id of the letter: made from the command's id"),
    fact(
        "sender.organisation",
        "who sends it: the organisation of the caller, by its name in the directory",
    ),
    fact(
        "sender.contact",
        "how the recipient's side reaches the sender: a contact point of the directory for hospitals or practices",
    ),
    fact("signer.name", "the person who signs: `signedBy.name`"),
    fact("signer.role", "what that person does: `signedBy.role`"),
    fact(
        "recipient.organisation",
        "to whom it goes: the patient, or the other side of the pathway",
    ),
    fact(
        "patient.name",
        "the name to address the person by: `personName` of the step pathwaySubject, while its key is held",
    ),
    fact(
        "patient.nhs_number",
        "the NHS number: `nhsNumber` of the step pathwaySubject, while its key is held",
    ),
    fact("practice.name", "the GP practice: of the step pathwaySubject or of the referral"),
    fact(
        "provider.name",
        "the provider: of the step that the letter answers, else of the referral",
    ),
    fact("service.name", "the service referred to: of the referral, by its name in the directory"),
    fact(
        "referral.sent_on",
        "when the referral was sent: the step referralSent, else referralReceived",
    ),
    fact("referral.received_on", "when the provider received it: the step referralReceived"),
    fact("decline.on", "when the referral was declined: the step referralDeclined"),
    fact("decline.text", "why, in words: `reasonText` of the step referralDeclined"),
    fact(
        "decline.alternative",
        "what to do instead: `alternativePathway` of the step referralDeclined",
    ),
    fact("decline.advice", "advice to the referrer: `advice` of the step referralDeclined"),
    fact(
        "work.asked_on",
        "when the work was asked for: a step actionRequested or workTransferRequested",
    ),
    fact("work.category", "what kind of work: `category`, else of the step that asked for it"),
    fact(
        "work.text",
        "what was asked, in words: `actionText` or `reason` of the step that asked for it",
    ),
    fact("missed.on", "the day of the missed appointment: the step dnaRecorded"),
    fact("dna.outcome", "what a clinician decided after it: the step dnaClinicalDecisionMade"),
    fact(
        "dna.offered_again",
        "that another appointment is offered: the step dnaClinicalDecisionMade",
    ),
    fact("dna.discharged", "that care goes back to the GP: the step dnaClinicalDecisionMade"),
    fact("wait.expected", "when the next appointment is expected: the step expectedTimeframeSet"),
    fact("wait.typical", "how long people wait there: our own figures"),
    fact("message.sent_on", "when the task was sent: a step messageSent"),
    fact("private.provider", "the private provider: the step privateProviderRequestReceived"),
    fact("private.asked_on", "when it asked: the step privateProviderRequestReceived"),
    fact("next.owner", "who is responsible now, in plain words: the answer of whoToContact"),
    fact("next.what", "what happens next, in plain words: the answer of whoToContact"),
    fact(
        "contact.questions",
        "whom to contact with questions: a working line of the directory, as whoToContact gives it",
    ),
    fact(
        "contact.delay",
        "whom to contact about a delay: a working line of the directory, as whoToContact gives it",
    ),
    fact(
        "contact.worse",
        "whom to contact if the condition gets worse: a working line of the directory, as whoToContact gives it",
    ),
    fact(
        "reasons",
        "the reasons: `reasons`, by the codes of the template, else those of the step that it tells of",
    ),
    fact("words", "what the sender adds in own words: `words`"),
];

/// What is known of a fact of that name.
pub fn fact_info(name: &str) -> Option<&'static FactInfo> {
    FACTS.iter().find(|fact| fact.name == name)
}

/// The facts of one letter. Its values are about a person: nothing prints them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Facts {
    given: BTreeMap<&'static str, Vec<String>>,
}

impl std::fmt::Debug for Facts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.given.keys()).finish()
    }
}

impl Facts {
    /// Gives a fact. One that is blank is not given; one that no catalogue names is lost, and so
    /// missing where it is needed.
    pub fn set(&mut self, name: &str, value: &str) {
        self.set_all(name, [value]);
    }

    /// Gives a fact if there is one.
    pub fn set_some(&mut self, name: &str, value: Option<impl AsRef<str>>) {
        if let Some(value) = value {
            self.set(name, value.as_ref());
        }
    }

    /// Gives a fact of several items.
    pub fn set_all<'v>(&mut self, name: &str, values: impl IntoIterator<Item = &'v str>) {
        let values = values.into_iter().map(plain).filter(|value| !value.is_empty());
        let values: Vec<String> = values.collect();
        if let Some(known) = fact_info(name).filter(|_| !values.is_empty()) {
            self.given.insert(known.name, values);
        }
    }

    /// Whether it is given.
    pub fn has(&self, name: &str) -> bool {
        self.given.contains_key(name)
    }

    /// Its first value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.items(name).first().map(String::as_str)
    }

    /// Its values.
    pub(crate) fn items(&self, name: &str) -> &[String] {
        self.given.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The names and the first value of each.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.given.iter().filter_map(|(name, values)| Some((*name, values.first()?.as_str())))
    }
}

/// One line of visible characters: a value cannot break a line, nor turn the direction of the words
/// around it.
fn plain(raw: &str) -> String {
    let shown = raw.chars().map(|c| if c.is_control() { ' ' } else { c });
    let shown: String = shown.filter(|c| !turns_or_hides(*c)).collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

const fn turns_or_hides(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_value_is_not_given() {
        let mut facts = Facts::default();
        facts.set("patient.name", " \n\t\u{200B}");
        assert!(!facts.has("patient.name"));
    }

    #[test]
    fn a_value_is_one_line_and_turns_nothing_around() {
        let mut facts = Facts::default();
        facts.set("words", "one\r\n\r\nTWO\u{202E} three");
        assert_eq!(facts.get("words"), Some("one TWO three"));
    }

    #[test]
    fn what_is_printed_names_the_facts_and_holds_no_value() {
        let mut facts = Facts::default();
        facts.set("patient.name", "Ada Lovelace");
        assert_eq!(format!("{facts:?}"), r#"{"patient.name"}"#);
    }
}
