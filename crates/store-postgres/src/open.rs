//! Opening: the way there, the server's age, the schema and the log's id; each failure by name.

use deadpool_postgres::Pool;
use event_store::Cause;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::address::Address;
use crate::fault::Fault;
use crate::migrate::{format, migrate};

/// The oldest server that is proved, as the server counts.
const VERSION_MIN: i32 = 150_000;

/// Why a log could not be opened. The address is shown without its password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no way to the database, or it lets nobody in.
    #[error("the database at `{address}` cannot be reached")]
    Unreachable {
        /// Where it was looked for.
        address: Address,
        /// What failed.
        #[source]
        source: Cause,
    },
    /// The server is too old.
    #[error("the database at `{address}` is PostgreSQL {found}, and 15 is the oldest taken")]
    TooOld {
        /// Where it is.
        address: Address,
        /// Its version, as the server writes it.
        found: String,
    },
    /// The log was written by a later edition of this store.
    #[error("the log at `{address}` has format {found}, and this build knows format {known}")]
    WrongVersion {
        /// Where it is.
        address: Address,
        /// Its format.
        found: i32,
        /// The last format this build knows.
        known: i32,
    },
    /// There is no log yet, or an older one, and this role may not change the schema.
    #[error(
        "the schema at `{address}` is not in the present format, and this role may not change it: \
         start once as the owner of the database"
    )]
    MayNotMigrate {
        /// Where it is.
        address: Address,
        /// What was refused.
        #[source]
        source: Cause,
    },
    /// The database failed in another way.
    #[error("the event log at `{address}` could not be opened")]
    Failed {
        /// Where it is.
        address: Address,
        /// What failed.
        #[source]
        source: Cause,
    },
}

/// What can be wrong, before it is given the address.
pub(crate) enum Problem {
    TooOld(String),
    Format(i32),
    MayNotMigrate(Fault),
    NoLog,
    Fault(Fault),
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Problem {
    fn named(self, address: &Address) -> OpenError {
        let address = address.clone();
        match self {
            Self::TooOld(found) => OpenError::TooOld { address, found },
            Self::Format(found) => OpenError::WrongVersion { address, found, known: format() },
            Self::MayNotMigrate(fault) => {
                OpenError::MayNotMigrate { address, source: fault.into() }
            }
            Self::NoLog => {
                OpenError::Failed { address, source: Fault::new("the log has lost its id").into() }
            }
            Self::Fault(fault) => OpenError::Failed { address, source: fault.into() },
        }
    }
}

/// Opens the log, or begins one; answers its id.
pub(crate) async fn open(address: &Address, pool: &Pool) -> Result<Uuid, OpenError> {
    let mut client = pool.get().await.map_err(|error| OpenError::Unreachable {
        address: address.clone(),
        source: Fault::from(error).into(),
    })?;
    prepare(&mut client).await.map_err(|problem| problem.named(address))
}

async fn prepare(client: &mut Client) -> Result<Uuid, Problem> {
    check_version(client).await?;
    migrate(client).await?;
    let found = client.query_typed("SELECT log_id FROM waymark.log", &[]).await;
    let rows = found.map_err(Fault::from)?;
    let row = rows.first().ok_or(Problem::NoLog)?;
    Ok(row.try_get(0).map_err(Fault::from)?)
}

async fn check_version(client: &Client) -> Result<(), Problem> {
    let asked = "SELECT current_setting('server_version_num')::integer,
        current_setting('server_version'), current_setting('fsync')";
    let rows = client.query_typed(asked, &[]).await.map_err(Fault::from)?;
    let Some(row) = rows.first() else { return Ok(()) };
    if row.get::<_, i32>(0) < VERSION_MIN {
        return Err(Problem::TooOld(row.get(1)));
    }
    if row.get::<_, &str>(2) == "off" {
        tracing::warn!("the database has `fsync` off: a power cut may lose what was acknowledged");
    }
    Ok(())
}
