//! The word that is most like another, for messages.

/// The most edits between two words that may still be meant for one another.
const EDITS_MAX: usize = 4;

/// Of `known`, the one most like `word`, if any is like it.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let word = folded(word);
    let edits = |other: &str| distance(&word, &folded(other));
    let (edits, found) = known.into_iter().map(|one| (edits(one), one)).min_by_key(|(n, _)| *n)?;
    let close = edits <= EDITS_MAX && edits * 2 <= word.chars().count().max(2);
    close.then_some(found)
}

/// `one of …`, with the nearest first where there is one.
pub(crate) fn one_of(word: &str, known: &[&str]) -> String {
    let list: Vec<String> = known.iter().map(|one| format!("`{one}`")).collect();
    let list = list.join(", ");
    match nearest(word, known.iter().copied()) {
        Some(meant) => format!("`{meant}`, or another of {list}"),
        None => format!("one of {list}"),
    }
}

/// Letter case, spaces, hyphens and underscores are not what a word is known by.
fn folded(word: &str) -> String {
    word.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How many letters must be put in, taken out or changed.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut diagonal = at;
        let mut left = at + 1;
        let mut next = vec![left];
        for (theirs, above) in other.iter().zip(row.iter().skip(1)) {
            left = (left + 1).min(above + 1).min(diagonal + usize::from(letter != *theirs));
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        for (one, other, edits) in [("", "abc", 3), ("abc", "abc", 0), ("kitten", "sitting", 3)] {
            assert_eq!(distance(one, other), edits, "{one} {other}");
        }
    }

    #[test]
    fn a_word_far_from_all_is_near_none() {
        assert_eq!(nearest("REFERAL_ID", ["NHS_NO", "Referral Id"]), Some("Referral Id"));
        assert_eq!(nearest("POSTCODE", ["NHS_NO", "Referral Id"]), None);
    }
}
