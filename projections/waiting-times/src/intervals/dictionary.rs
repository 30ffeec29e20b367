//! Words as small numbers. The number 0 is the empty word: not known.

use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// The words met so far, numbered in the order of meeting.
#[derive(Debug, Clone)]
pub(crate) struct Dictionary {
    words: Vec<CompactString>,
    codes: FxHashMap<CompactString, u16>,
    code_max: u16,
}

impl Dictionary {
    /// A dictionary with codes up to `code_max`; words beyond that are not known.
    pub(crate) fn new(code_max: u16) -> Self {
        let unknown = CompactString::default();
        let codes = std::iter::once((unknown.clone(), 0)).collect();
        Self { words: vec![unknown], codes, code_max }
    }

    /// The code of a word, new or not.
    pub(crate) fn code_of(&mut self, word: &str) -> u16 {
        if let Some(code) = self.codes.get(word) {
            return *code;
        }
        let code = u16::try_from(self.words.len()).unwrap_or(u16::MAX);
        if code > self.code_max || self.words.len() > usize::from(self.code_max) {
            return 0;
        }
        self.words.push(word.into());
        self.codes.insert(word.into(), code);
        code
    }

    /// The code of a word that was met.
    pub(crate) fn find(&self, word: &str) -> Option<u16> {
        self.codes.get(word).copied()
    }

    /// The words, by code.
    pub(crate) fn words(&self) -> &[CompactString] {
        &self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_keeps_its_code_and_the_empty_one_is_zero() {
        let mut words = Dictionary::new(2);
        assert_eq!((words.code_of(""), words.code_of("RJ1"), words.code_of("RJZ")), (0, 1, 2));
        assert_eq!(
            (words.code_of("RJ1"), words.find("RJZ"), words.find("RJ2")),
            (1, Some(2), None)
        );
        assert_eq!(words.words().len(), 3);
    }

    #[test]
    fn a_full_dictionary_knows_no_further_word() {
        let mut words = Dictionary::new(1);
        assert_eq!((words.code_of("RJ1"), words.code_of("RJZ")), (1, 0));
    }
}
