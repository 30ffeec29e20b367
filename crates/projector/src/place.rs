//! What one edition of a view is called: by its name, version, rules and a number that counts up.

use sha2::{Digest as _, Sha256};

use crate::View;

/// Where the rows of one edition of a view are: the name of a file or of a schema.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Place(pub(crate) String);

/// `<view>-v<version>-<rules>-<number>`.
pub(crate) fn name_of(view: &dyn View, number: u64) -> String {
    let rules = Sha256::digest(view.rules_digest().as_bytes());
    let rules = rules.first_chunk::<4>().map_or(0, |start| u32::from_be_bytes(*start));
    format!("{}-v{}-{rules:08x}-{number}", view.name(), view.version())
}

/// The number of an edition; none where the name is not of that view.
pub(crate) fn number(view: &str, name: &str) -> Option<u64> {
    let rest = name.strip_prefix(view)?.strip_prefix("-v")?;
    let mut parts = rest.split('-');
    let version: Result<u32, _> = parts.next()?.parse();
    let (rules, n) = (parts.next()?, parts.next()?);
    let whole = version.is_ok() && rules.len() == 8 && parts.next().is_none();
    whole.then(|| n.parse().ok()).flatten()
}
