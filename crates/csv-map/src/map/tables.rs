//! The tables of a map beside its steps: how a row is known, and what its codes may be.

use std::collections::{BTreeMap, BTreeSet};

use steps::OdsCode;
use toml::Spanned;

use super::{
    Col, Issuer, PathwayBy, Rule, Test,
    check::Checking,
    raw::{File, PathwayText, Word},
};

/// The byte between two cells.
pub(super) fn delimiter(checking: &mut Checking<'_>, word: Option<&Word>) -> Option<u8> {
    let Some(word) = word else { return Some(b',') };
    match word.get_ref().as_bytes() {
        [one] if one.is_ascii() && !b"\"\r\n".contains(one) => Some(*one),
        _ => {
            let expected = "one character such as `,`, `;`, `|` or a tab (`\"\\t\"`)";
            checking.refuse(word.span(), "the delimiter cannot be read", expected);
            None
        }
    }
}

/// The columns by which a row is known again.
pub(super) fn key(checking: &mut Checking<'_>, key: &Spanned<Vec<Word>>) -> Vec<Col> {
    if key.get_ref().is_empty() {
        let expected = "the columns that no two rows share, such as `[\"REFERRAL_ID\"]`";
        checking.refuse(key.span(), "the key names no column", expected);
    }
    key.get_ref().iter().map(|word| checking.column(word)).collect()
}

/// How a row names its pathway.
pub(super) fn pathway(
    checking: &mut Checking<'_>,
    text: Option<&Spanned<PathwayText>>,
) -> Option<PathwayBy> {
    let text = text?;
    let PathwayText { local, ubrn, ppid, issuer, issuer_column } = text.get_ref();
    let found = match (local, ubrn, ppid) {
        (Some(local), None, None) => PathwayBy::Local(checking.column(local)),
        (None, Some(ubrn), None) => PathwayBy::Ubrn(checking.column(ubrn)),
        (None, None, Some(ppid)) => {
            let column = checking.column(ppid);
            return issued(checking, text).map(|issuer| PathwayBy::Ppid(column, issuer));
        }
        _ => {
            let expected = "one of `local`, `ubrn` and `ppid`";
            checking.refuse(text.span(), "a pathway has one name", expected);
            return None;
        }
    };
    for word in [issuer, issuer_column].into_iter().flatten() {
        checking.refuse(word.span(), "only a PPID has an issuer", "no issuer here");
    }
    Some(found)
}

fn issued(checking: &mut Checking<'_>, text: &Spanned<PathwayText>) -> Option<Issuer> {
    match (&text.get_ref().issuer, &text.get_ref().issuer_column) {
        (Some(code), None) => {
            let code: Option<OdsCode> = checking.parsed(code, OdsCode::EXPECTED);
            code.map(Issuer::Always)
        }
        (None, Some(column)) => Some(Issuer::In(checking.column(column))),
        _ => {
            let expected = "`issuer = \"X09\"`, or `issuer_column` with the column that has it";
            checking.refuse(text.span(), "a PPID is unique with its issuer", expected);
            None
        }
    }
}

/// The codes that may stand in the columns by which steps are chosen.
pub(super) fn known(
    checking: &mut Checking<'_>,
    rules: &[Rule],
    raw: &File,
) -> BTreeMap<Col, BTreeSet<String>> {
    let mut known: BTreeMap<Col, BTreeSet<String>> = BTreeMap::new();
    for condition in rules.iter().flat_map(|rule| &rule.when) {
        if let Test::OneOf(words) | Test::NoneOf(words) = &condition.test {
            known.entry(condition.cell).or_default().extend(words.iter().cloned());
        }
    }
    for (word, codes) in &raw.ignore {
        let column = checking.column(word);
        if asks_for_codes(raw, word.get_ref()) {
            known.entry(column).or_default().extend(codes.iter().cloned());
        } else {
            let problem = format!("no `when` asks for codes of `{}`", word.get_ref());
            let expected =
                "a column by which a step is chosen with `equals`, `one_of` or `none_of`";
            checking.refuse(word.span(), problem, expected);
        }
    }
    known
}

/// Whether a step is chosen by the codes of this column, also one that has mistakes.
fn asks_for_codes(raw: &File, column: &str) -> bool {
    raw.step.iter().flat_map(|step| &step.get_ref().when).any(|when| {
        let when = when.get_ref();
        when.column.get_ref() == column && when.empty.is_none()
    })
}
