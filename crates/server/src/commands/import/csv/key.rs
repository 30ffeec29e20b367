//! The secret from which references to the patients of a source are made: `import.key`.

use csv_map::PatientKey;

use crate::secrets::{IMPORT, Secrets};

/// The key, made at first use. Without it a patient's next file makes another reference.
pub(super) fn patient_key(secrets: &Secrets) -> anyhow::Result<PatientKey> {
    Ok(PatientKey::from_bytes(secrets.of(IMPORT)?))
}
