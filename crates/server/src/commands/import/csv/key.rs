//! The secret from which references to the patients of a source are made: `import.key`.

use std::{io::ErrorKind, path::Path};

use anyhow::{Context, anyhow};
use csv_map::PatientKey;

use crate::{edge, private};

/// The bytes of the key.
const KEY_BYTES: usize = 32;

/// The key, made at first use. Without it a patient's next file makes another reference.
pub(super) fn patient_key(data_dir: &Path) -> anyhow::Result<PatientKey> {
    let path = data_dir.join("import.key");
    let bytes = match std::fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let made = edge::random::<KEY_BYTES>()?;
            private::write_new(&path, &made)
                .with_context(|| format!("the key {} cannot be written", path.display()))?;
            std::fs::read(&path)
        }
        read => read,
    };
    let bytes = bytes.with_context(|| format!("the key {} cannot be read", path.display()))?;
    let bytes: [u8; KEY_BYTES] = bytes.try_into().map_err(|other: Vec<u8>| {
        anyhow!(
            "the key {} has {} bytes where {KEY_BYTES} are expected: put back the one that was kept, \
             for with another the patients of earlier files are not known again",
            path.display(),
            other.len()
        )
    })?;
    Ok(PatientKey::from_bytes(bytes))
}
