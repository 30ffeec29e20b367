//! The shipped letters: their whole text and HTML, their words, what they refuse.

mod plain_english;
mod whole_letters;

use proptest::prelude::*;

use crate::{ALWAYS, FACTS, Facts, LetterError, Print, Template, Templates, templates::SHIPPED};

/// Facts such as a letter has, enough for every template.
pub(crate) fn facts(template: &Template) -> Facts {
    let mut facts = Facts::default();
    for (name, value) in SAMPLE {
        let told = template.tells.iter().chain(&template.needs).any(|it| it == name);
        if told {
            facts.set(name, value);
        }
    }
    if let Some(category) = template.categories.get(1) {
        facts.set("work.category", &category.words);
    }
    let reasons = template.reasons.iter().take(2).map(|reason| reason.words.as_str());
    facts.set_all("reasons", reasons);
    facts
}

const SAMPLE: &[(&str, &str)] = &[
    ("letter.date", "26 November 2026"),
    ("letter.reference", "7d3c2c9e-95ae-5b7b-9d0b-6b6f5a5c0001"),
    ("sender.organisation", "Example Sender"),
    ("sender.contact", "the secretaries' line on 020 7946 0003 (weekdays, 8am to 6pm)"),
    ("signer.name", "Dr Sam Example"),
    ("signer.role", "Named clinician"),
    ("recipient.organisation", "Example Recipient"),
    ("patient.name", "Ada Example"),
    ("patient.nhs_number", "999 000 0018"),
    ("practice.name", "Example Surgery"),
    ("provider.name", "Example Hospital"),
    ("service.name", "Example Skin Clinic"),
    ("referral.sent_on", "5 January 2026"),
    ("referral.received_on", "6 January 2026"),
    ("decline.on", "9 January 2026"),
    ("decline.text", "The photographs show a mole that can be watched in primary care."),
    ("decline.alternative", "Please photograph it again in three months and send both pictures."),
    ("decline.advice", "Refer again at once if it bleeds or changes colour."),
    ("work.asked_on", "2 February 2026"),
    ("work.text", "Please check the blood count in two weeks."),
    ("missed.on", "3 March 2026"),
    ("dna.outcome", "We will offer you another appointment."),
    ("dna.offered_again", "yes"),
    ("wait.expected", "between 1 May 2026 and 31 May 2026"),
    ("wait.typical", "half of all people are seen within 11 weeks, and 92 in 100 within 30 weeks"),
    ("message.sent_on", "4 March 2026"),
    ("private.provider", "Example Private Clinic"),
    ("private.asked_on", "7 March 2026"),
    ("next.owner", "the booking team at Example Hospital"),
    (
        "next.what",
        "The booking team offers you a date, or tells you how long you are likely to wait.",
    ),
    ("contact.questions", "the booking office on 020 7946 0001 (weekdays, 9am to 5pm)"),
    ("contact.delay", "the waiting list office on 020 7946 0002 (weekdays, 9am to 5pm)"),
    ("contact.worse", "the clinic nurses on 020 7946 0004 (every day, 8am to 8pm)"),
    ("words", "We spoke about this with the clinic on the telephone."),
];

fn shipped() -> Templates {
    Templates::parse(SHIPPED).unwrap_or_else(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", errors.join("\n"))
    })
}

#[test]
fn every_template_in_the_folder_is_shipped() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/letters");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    let mut files: Vec<String> = files.map(|name| name.into_string().unwrap()).collect();
    files.retain(|name| name.contains('.'));
    files.sort();
    let shipped: Vec<&str> = SHIPPED.iter().map(|(file, _)| *file).collect();
    let mut sorted = shipped.clone();
    sorted.sort_unstable();
    assert_eq!(files, sorted);
}

#[test]
fn each_fact_that_is_missing_is_named_with_its_template_and_no_letter_is_made() {
    for template in shipped().all() {
        for need in &template.needs {
            let whole = facts(template);
            let mut without = Facts::default();
            for (name, _) in whole.all().filter(|(name, _)| name != need) {
                let items: Vec<&str> = whole.items(name).iter().map(String::as_str).collect();
                without.set_all(name, items);
            }
            let error = template.write(&without, Print::Ordinary).unwrap_err();
            let LetterError::Missing { template: of, missing } = &error else {
                panic!("{}: {error}", template.id)
            };
            assert_eq!(of, &template.id);
            assert_eq!(missing.iter().map(|it| it.fact).collect::<Vec<_>>(), [need.as_str()]);
            let said = error.to_string();
            assert!(said.starts_with(&format!("`{}` needs `{need}` (", template.id)), "{said}");
        }
    }
}

#[test]
fn every_fact_that_is_named_is_told_by_some_letter() {
    let shipped = shipped();
    let told: Vec<&String> = shipped
        .all()
        .iter()
        .flat_map(|template| template.needs.iter().chain(&template.tells))
        .collect();
    for fact in FACTS {
        assert!(told.iter().any(|name| *name == fact.name), "`{}` is told by none", fact.name);
    }
}

#[test]
fn a_letter_holds_who_when_and_about_whom() {
    for template in shipped().all() {
        let facts = facts(template);
        let letter = template.write(&facts, Print::Ordinary).unwrap();
        for name in ALWAYS.iter().filter(|name| **name != "recipient.organisation") {
            let value = facts.get(name).unwrap();
            assert!(letter.text.contains(value), "{}: {name}", template.id);
        }
    }
}

#[test]
fn large_print_is_the_same_letter_in_larger_letters() {
    for template in shipped().all() {
        let ordinary = template.write(&facts(template), Print::Ordinary).unwrap();
        let large = template.write(&facts(template), Print::Large).unwrap();
        assert_eq!(ordinary.text, large.text);
        assert!(large.html.contains("font-size: 150%"), "{}", template.id);
        assert!(!ordinary.html.contains("style"), "{}", template.id);
    }
}

const HOSTILE: &str = "</p><script>alert(\"x\")</script> & {{ patient.name }} {% raw %} 'y'";

#[test]
fn hostile_facts_are_text_in_both_and_never_markup_nor_a_template() {
    for template in shipped().all() {
        let mut hostile = Facts::default();
        for name in template.needs.iter().chain(&template.tells) {
            hostile.set_all(name, [HOSTILE, HOSTILE]);
        }
        let letter = template.write(&hostile, Print::Ordinary).unwrap();
        let joined: String = letter.text.split_whitespace().collect();
        let said: String = HOSTILE.split_whitespace().collect();
        assert!(joined.contains(&said), "{}", template.id);
        for bad in ["<script", "</p><", "\"x\""] {
            assert!(!letter.html.contains(bad), "{}: {bad}", template.id);
        }
        assert!(letter.html.contains("&lt;script&gt;"), "{}", template.id);
        assert!(letter.html.contains("{{ patient.name }}"), "{}", template.id);
    }
}

proptest! {
    #[test]
    fn no_value_adds_a_tag_or_a_line(value in "\\PC{0,60}[\\n\\r<>&\"']{0,6}\\PC{0,20}") {
        let template = shipped().get("workload-return").unwrap().clone();
        let mut told = facts(&template);
        let tags = |html: &str| html.matches('<').count();
        told.set("words", "x");
        let before = template.write(&told, Print::Ordinary).unwrap();
        told.set("words", &format!("x{value}"));
        let after = template.write(&told, Print::Ordinary).unwrap();
        prop_assert_eq!(tags(&before.html), tags(&after.html));
        prop_assert_eq!(before.html.lines().count(), after.html.lines().count());
    }
}
