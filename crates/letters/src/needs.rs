//! What a person needs of a letter (DAPB1605 and DAPB4019): read before a channel is chosen.

use pathway::History;
use steps::{
    Label, Step,
    codes::Channel,
    interface_and_safety::{AdjustmentNeedRecorded, CommunicationSupport},
    letters_and_information::{InformationFormat, ToldPerson},
};

/// The needs on file. Each is the last that was recorded of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// The format.
    pub format: Option<InformationFormat>,
    /// The channel.
    pub channel: Option<Channel>,
    /// The language, by its name.
    pub language: Option<Label>,
    /// Whether an interpreter of that language is needed.
    pub interpreter: Option<bool>,
    /// The professional.
    pub communication_support: Option<CommunicationSupport>,
    /// Whether anything was recorded at all.
    pub on_file: bool,
}

/// The patient's needs, from a pathway's history and the person's own.
pub fn needs<'h>(histories: impl IntoIterator<Item = &'h History>) -> Needs {
    let entries = histories.into_iter().flat_map(History::entries);
    let mut recorded: Vec<(chrono::NaiveDate, &AdjustmentNeedRecorded)> = entries
        .filter_map(|entry| match entry.step() {
            Step::AdjustmentNeedRecorded(need) => Some((entry.date(), &**need)),
            _ => None,
        })
        .filter(|(_, need)| need.told_person != Some(ToldPerson::Carer))
        .collect();
    recorded.sort_by_key(|(on, _)| *on);
    recorded.into_iter().fold(Needs::default(), |known, (_, need)| Needs {
        format: need.format.or(known.format),
        channel: need.channel.or(known.channel),
        language: need.language.clone().or(known.language),
        interpreter: need.interpreter.or(known.interpreter),
        communication_support: need.communication_support.or(known.communication_support),
        on_file: true,
    })
}

#[cfg(test)]
mod tests {
    use testkit::{json, story};

    use super::*;

    #[test]
    fn the_last_need_of_each_kind_counts_and_a_carers_is_not_the_patients() {
        let story = story()
            .on(
                "2026-01-01",
                "adjustmentNeedRecorded",
                json!({"format": "BRAILLE", "language": "Polish"}),
            )
            .on("2026-01-05", "adjustmentNeedRecorded", json!({"format": "LARGE_PRINT"}))
            .on(
                "2026-01-06",
                "adjustmentNeedRecorded",
                json!({"toldPerson": "CARER", "format": "AUDIO"}),
            );
        let needs = needs([&story.history()]);
        assert_eq!(needs.format, Some(InformationFormat::LargePrint));
        assert_eq!(needs.language.unwrap().as_str(), "Polish");
    }
}
