//! The words of the letters: short sentences and common words, so that a child of eleven can read them.
//!
//! A patient's letter is held to a Flesch-Kincaid grade of 6 (a reading age of 11) over all that its
//! template can say; a letter between practices and providers to 8. Facts stand as one plain word.

use super::shipped;
use crate::{Audience, Template};

/// Words that a patient should not have to know, and the words of offices.
const FORBIDDEN: &[&str] = &[
    "accordance",
    "adjudicat",
    "aforementioned",
    "asap",
    "commence",
    "correspondence",
    "dna",
    "endeavour",
    "facilitate",
    "forthwith",
    "hereby",
    "herewith",
    "in order to",
    "in respect of",
    "kindly note",
    "liaise",
    "mdt",
    "modality",
    "notwithstanding",
    "outpatients department",
    "pathway",
    "pursuant",
    "regarding",
    "rtt",
    "subsequent",
    "triage",
    "ubrn",
    "utilis",
    "with regards",
    "failed to attend",
    "non-compliant",
    "did not attend",
    "inappropriate",
];

/// Words that may stand in letters between clinicians alone.
const FOR_CLINICIANS: &[&str] = &["outpatient", "core contract", "enhanced service", "referral of"];

/// What the template can say, with a plain word for every fact.
fn sentences(template: &Template) -> Vec<String> {
    let mut all = Vec::new();
    for words in template.words() {
        let mut said = String::new();
        let mut rest = words;
        while let Some((before, after)) = rest.split_once("{{") {
            said.push_str(before);
            said.push_str("this");
            rest = after.split_once("}}").map_or("", |(_, after)| after);
        }
        said.push_str(rest);
        all.extend(
            said.split(['.', '!', '?', ':'])
                .map(str::trim)
                .filter(|it| !it.is_empty())
                .map(str::to_owned),
        );
    }
    all
}

/// Groups of vowels, a silent e left out: near enough for an average.
fn syllables(word: &str) -> usize {
    let word = word.to_lowercase();
    let letters: Vec<char> = word.chars().filter(char::is_ascii_alphabetic).collect();
    let is_vowel = |c: char| "aeiouy".contains(c);
    let starts = (0..letters.len())
        .filter(|i| is_vowel(letters[*i]) && (*i == 0 || !is_vowel(letters[i - 1])));
    let count = starts.count();
    let silent = letters.len() > 2 && letters.ends_with(&['e']) && !letters.ends_with(&['l', 'e']);
    (count - usize::from(silent && count > 1)).max(1)
}

#[expect(clippy::cast_precision_loss, reason = "counts of words in a letter")]
fn grade(sentences: &[String]) -> f64 {
    let words: Vec<&str> = sentences.iter().flat_map(|it| it.split_whitespace()).collect();
    let syllables: usize = words.iter().map(|word| syllables(word)).sum();
    let per_sentence = words.len() as f64 / sentences.len() as f64;
    0.39 * per_sentence + 11.8 * (syllables as f64 / words.len() as f64) - 15.59
}

#[test]
fn no_sentence_is_long() {
    for template in shipped().all() {
        let most = if template.audience == Audience::Patient { 16 } else { 20 };
        for sentence in sentences(template) {
            let words = sentence.split_whitespace().count();
            assert!(words <= most, "{}: {words} words: {sentence}", template.id);
        }
    }
}

#[test]
fn no_letter_uses_the_words_of_offices_and_no_patient_has_to_know_those_of_clinicians() {
    for template in shipped().all() {
        let is_patients = template.audience == Audience::Patient;
        let clinical = FOR_CLINICIANS.iter().filter(|_| is_patients);
        for word in FORBIDDEN.iter().chain(clinical) {
            for sentence in sentences(template) {
                let found = sentence.to_lowercase().contains(word);
                assert!(!found, "{}: `{word}` in: {sentence}", template.id);
            }
        }
    }
}

#[test]
fn a_child_of_eleven_can_read_a_patients_letter() {
    for template in shipped().all() {
        let most = if template.audience == Audience::Patient { 6.0 } else { 8.0 };
        let grade = grade(&sentences(template));
        assert!(grade <= most, "{}: grade {grade:.1}", template.id);
    }
}

#[test]
fn the_measure_tells_plain_words_from_the_words_of_an_office() {
    let plain = ["We will ring you".to_owned()];
    let office =
        ["We shall endeavour to facilitate communication regarding your appointment".to_owned()];
    assert!(grade(&plain) < 2.0 && grade(&office) > 12.0);
}
