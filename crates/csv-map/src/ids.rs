//! Ids that the same row gives again, wherever it stands and however often it is read.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use steps::{CommandId, PathwayId, SubjectRef};
use uuid::{Builder, Uuid};

/// Namespace of everything that is named by a CSV file.
const CSV: Uuid = Uuid::from_u128(0x5761_796d_6172_6b20_6373_7620_6d61_7000);

/// The names that a source and its table give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Names {
    source: Uuid,
    table: Uuid,
}

impl Names {
    pub(crate) fn of(source: &str, table: &str) -> Self {
        let source = Uuid::new_v5(&CSV, source.as_bytes());
        Self { source, table: named(source, "table", [table]) }
    }

    pub(crate) fn table_id(self) -> Uuid {
        self.table
    }

    /// The pathway that the source knows by its own id: the same in all its tables.
    pub(crate) fn pathway(self, local: &str) -> PathwayId {
        PathwayId(named(self.source, "pathway", [local]))
    }

    /// The command by which a row tells a step.
    pub(crate) fn command(self, step: &str, key: &[&str]) -> CommandId {
        CommandId(named(self.table, step, key.iter().copied()))
    }

    /// The row, by its key.
    pub(crate) fn row(self, key: &[&str]) -> u128 {
        named(self.table, "row of the key", key.iter().copied()).as_u128()
    }

    /// The person whom the source knows by its own number; only who holds the key can say so.
    pub(crate) fn person(self, key: &PatientKey, local: &str) -> Option<SubjectRef> {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key.0).ok()?;
        mac.update(self.source.as_bytes());
        mac.update(local.as_bytes());
        let digest = mac.finalize().into_bytes();
        let bytes: [u8; 16] = digest.get(..16)?.try_into().ok()?;
        Some(SubjectRef(Builder::from_custom_bytes(bytes).into_uuid()))
    }
}

/// Each part with its length, so that no two lists of parts read the same.
fn named<'p>(space: Uuid, what: &str, parts: impl IntoIterator<Item = &'p str>) -> Uuid {
    let parts = parts.into_iter().map(|part| format!("\n{}:{part}", part.len()));
    let name: String = std::iter::once(what.to_owned()).chain(parts).collect();
    Uuid::new_v5(&space, name.as_bytes())
}

/// The secret from which references to patients are made. It does not print.
#[derive(Clone)]
pub struct PatientKey([u8; 32]);

impl PatientKey {
    /// A key of these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Debug for PatientKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PatientKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pathway_is_the_same_in_all_tables_of_a_source_and_another_in_another_source() {
        let (one, other) = (Names::of("PAS", "referrals"), Names::of("PAS", "appointments"));
        assert_eq!(one.pathway("7"), other.pathway("7"));
        assert_ne!(one.pathway("7"), Names::of("other", "referrals").pathway("7"));
        assert_ne!(one.command("a", &["7"]), other.command("a", &["7"]));
    }

    #[test]
    fn parts_of_a_key_are_kept_apart() {
        let names = Names::of("PAS", "referrals");
        assert_ne!(names.command("a", &["1", "23"]), names.command("a", &["12", "3"]));
        assert_ne!(names.row(&["1\n1:2"]), names.row(&["1", "2"]));
    }

    #[test]
    fn a_person_is_known_again_by_the_key_alone() {
        let names = Names::of("PAS", "referrals");
        let (key, other) = (PatientKey::from_bytes([1; 32]), PatientKey::from_bytes([2; 32]));
        assert_eq!(names.person(&key, "P1"), names.person(&key, "P1"));
        assert_ne!(names.person(&key, "P1"), names.person(&other, "P1"));
        assert_ne!(names.person(&key, "P1"), names.person(&key, "P2"));
        assert_eq!(format!("{key:?}"), "PatientKey(..)");
    }
}
