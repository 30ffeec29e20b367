//! Secrets that every server of a log must have alike, made at first use: in the data directory, or where
//! the servers share their keys.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use cabinet::private;
use keys_postgres::PostgresKeys;

use crate::{config::Settings, edge, house};

/// The bytes of a secret.
const BYTES: usize = 32;

/// A secret, and what to do where it is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Secret {
    name: &'static str,
    damaged: &'static str,
}

/// Signs tokens of the demo identity.
pub(crate) const TOKEN: Secret = Secret {
    name: "token.key",
    damaged: "remove it, and a new one is made that no older token fits",
};

/// Makes references to the patients of a source. Without it a patient's next file makes another.
pub(crate) const IMPORT: Secret = Secret {
    name: "import.key",
    damaged: "put back the one that was kept, for with another the patients of earlier files are \
              not known again",
};

/// Where secrets are kept.
#[derive(Clone)]
pub(crate) enum Secrets {
    Directory(PathBuf),
    Shared(PostgresKeys),
}

impl Secrets {
    /// Of the log that the settings choose. It takes no directory for itself.
    pub(crate) async fn chosen(settings: &Settings) -> anyhow::Result<Self> {
        let Some(common) = settings.store.common() else {
            return Ok(Self::Directory(settings.data_dir.clone()));
        };
        let log = settings.store.open(&settings.data_dir, None).await?;
        let keys = house::shared_keys(&common, log.log_id());
        log.close();
        keys.map(Self::Shared)
    }

    /// A secret, made where there is none. Who make it at once end with the same.
    pub(crate) fn of(&self, secret: Secret) -> anyhow::Result<[u8; BYTES]> {
        if self.read(secret)?.is_none() {
            self.keep(secret, &edge::random::<BYTES>()?)?;
        }
        let bytes = self.read(secret)?;
        let bytes = bytes.with_context(|| format!("the key {} is gone", self.place(secret)))?;
        bytes.try_into().map_err(|other: Vec<u8>| {
            let (place, found, damaged) = (self.place(secret), other.len(), secret.damaged);
            anyhow!("the key {place} has {found} bytes where {BYTES} are expected: {damaged}")
        })
    }

    fn read(&self, secret: Secret) -> anyhow::Result<Option<Vec<u8>>> {
        let not_read = || format!("the key {} cannot be read", self.place(secret));
        match self {
            Self::Shared(keys) => keys.secret(secret.name).with_context(not_read),
            Self::Directory(dir) => match fs::read(dir.join(secret.name)) {
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                read => read.map(Some).with_context(not_read),
            },
        }
    }

    fn keep(&self, secret: Secret, bytes: &[u8]) -> anyhow::Result<()> {
        let not_written = || format!("the key {} cannot be written", self.place(secret));
        match self {
            Self::Shared(keys) => keys.keep_secret(secret.name, bytes).with_context(not_written),
            Self::Directory(dir) => {
                private::make_dir(dir).with_context(|| {
                    format!("the data directory {} cannot be made", dir.display())
                })?;
                private::write_new(&dir.join(secret.name), bytes).with_context(not_written)?;
                Ok(())
            }
        }
    }

    fn place(&self, Secret { name, .. }: Secret) -> String {
        match self {
            Self::Directory(dir) => dir.join(name).display().to_string(),
            Self::Shared(_) => format!("{name} in the database"),
        }
    }
}

/// Brings a secret that a data directory kept until now to where the servers share it; says whether.
///
/// Where another stands there already it is refused, for what was made by the one cannot be found by
/// the other; a key of tokens alone may differ, and those it signed are no longer taken.
pub(crate) fn move_in(
    keys: &PostgresKeys,
    secret: Secret,
    data_dir: &Path,
) -> anyhow::Result<bool> {
    let (old, new) = (Secrets::Directory(data_dir.to_owned()), Secrets::Shared(keys.clone()));
    let Some(bytes) = old.read(secret)? else { return Ok(false) };
    new.keep(secret, &bytes)?;
    if secret != TOKEN && new.read(secret)?.as_deref() != Some(&bytes[..]) {
        return Err(anyhow!(
            "{} differs from the one that is in the database: the patients of files that were \
             imported with it are not known by the other; take it away to go on with that one",
            old.place(secret)
        ));
    }
    Ok(true)
}
