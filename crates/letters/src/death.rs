//! From the moment a death is known, nothing is sent to that person (our own reading of the guidance on the medical examiner).

use pathway::{Entry, History};
use steps::{Step, StepKind, named_by_rules::LetterSuppressed};

/// A letter that was held back.
#[derive(Debug, Clone, Copy)]
pub struct HeldBack<'h> {
    /// The step that says so.
    pub entry: &'h Entry,
    /// What it says.
    pub suppressed: &'h LetterSuppressed,
}

/// Whether a death is known from one of a person's histories: a pathway's, or the person's own stream.
/// One that was recorded in error no longer counts.
pub fn death_known<'h>(histories: impl IntoIterator<Item = &'h History>) -> bool {
    let mut all = histories.into_iter().flat_map(History::entries);
    all.any(|entry| entry.step().kind() == StepKind::PatientDied)
}

/// What was held back on a pathway, in the order in which it happened.
pub fn held_back(history: &History) -> impl Iterator<Item = HeldBack<'_>> {
    history.entries().iter().filter_map(|entry| match entry.step() {
        Step::LetterSuppressed(suppressed) => Some(HeldBack { entry, suppressed }),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use testkit::{json, story};

    use super::*;

    #[test]
    fn a_death_is_known_until_it_turns_out_to_be_recorded_in_error() {
        let died = story().on("2026-02-01", "patientDied", json!({}));
        assert!(death_known([&died.history()]));
        let event = testkit::Story::event(1);
        let withdrawn = died.on("2026-02-03", "stepEnteredInError", json!({"eventId": event}));
        assert!(!death_known([&withdrawn.history()]));
    }

    #[test]
    fn what_was_held_back_is_listed_in_order() {
        let told = |id: &str| json!({"letterId": id, "toPatient": true, "suppressionReason": "PATIENT_DIED"});
        let story = story().on("2026-02-03", "letterSuppressed", told("second")).on(
            "2026-02-02",
            "letterSuppressed",
            told("first"),
        );
        let history = story.history();
        let ids: Vec<&str> =
            held_back(&history).map(|held| held.suppressed.letter_id.as_str()).collect();
        assert_eq!(ids, ["first", "second"]);
    }
}
