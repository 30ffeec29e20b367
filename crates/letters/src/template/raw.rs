//! The shape of a template's file, with the place of everything that is checked later.

use serde::Deserialize;
use steps::letters_and_information::InformedOf;
use toml::Spanned;

use super::{Act, Audience, Side, Topic};

pub(super) type Word = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) id: Word,
    pub(super) version: Spanned<u32>,
    pub(super) title: Word,
    pub(super) audience: Spanned<Audience>,
    pub(super) sender: Side,
    pub(super) topic: Topic,
    pub(super) act: Option<Spanned<Act>>,
    #[serde(default)]
    pub(super) informs: Vec<InformedOf>,
    pub(super) source: Word,
    pub(super) reading: Word,
    #[serde(default)]
    pub(super) needs: Vec<Word>,
    #[serde(default)]
    pub(super) reason: Vec<Spanned<ChoiceText>>,
    #[serde(default)]
    pub(super) category: Vec<Spanned<ChoiceText>>,
    pub(super) part: Spanned<Vec<Spanned<PartText>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChoiceText {
    pub(super) code: Word,
    pub(super) words: Word,
    #[serde(default)]
    pub(super) needs_words: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartText {
    pub(super) when: Option<Word>,
    pub(super) heading: Option<Word>,
    pub(super) say: Option<Word>,
    pub(super) items: Option<Vec<Word>>,
    pub(super) each: Option<Word>,
}
