//! The rows, and the statements that read and write them. Each is one round trip.

use postgres_lines::Migrations;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error};
use uuid::Uuid;

/// Finds a row only while a work (`$1`) is in the hands of a server (`$2`) under an epoch (`$3`), and keeps
/// it so until the transaction ends. A write without that row is to be rolled back. For transactions of
/// a moment: nobody else can take the work before they end.
pub const FENCE: &str = "SELECT 1 FROM waymark_work.lease \
     WHERE work = $1 AND owner = $2 AND epoch = $3 FOR SHARE";

/// As [`FENCE`], and keeps nothing: for a longer transaction that compares what it writes over with what
/// it knows, so that of two writers the later one finds that it was not first.
pub const LOOK: &str = "SELECT 1 FROM waymark_work.lease \
     WHERE work = $1 AND owner = $2 AND epoch = $3";

/// The tables, brought to the present format.
pub(crate) const TABLES: Migrations = Migrations {
    room: "leases",
    files: &[include_str!("../../../schema/sql/postgres/leases_0001_create_leases.sql")],
};

/// A lease as it stands.
pub(crate) struct Lease {
    pub(crate) work: String,
    pub(crate) owner: Uuid,
    pub(crate) epoch: i64,
    /// Whether its time is not over.
    pub(crate) is_live: bool,
    /// Whether its time has been over for longer than it takes whoever's turn it is to notice.
    pub(crate) is_left: bool,
}

/// Says that a server is there, and forgets those that have been silent for long.
pub(crate) async fn sign_in(client: &Client, id: Uuid) -> Result<(), Error> {
    let upsert = "WITH gone AS (DELETE FROM waymark_work.server \
                  WHERE seen_at < clock_timestamp() - interval '1 hour' AND id <> $1) \
                  INSERT INTO waymark_work.server (id, seen_at) VALUES ($1, clock_timestamp()) \
                  ON CONFLICT (id) DO UPDATE SET seen_at = EXCLUDED.seen_at";
    run(client, upsert, &[(&id, Type::UUID)]).await.map(drop)
}

/// The servers that are there, by id.
pub(crate) async fn servers(client: &Client, ttl_millis: i64) -> Result<Vec<Uuid>, Error> {
    let select = "SELECT id FROM waymark_work.server \
                  WHERE seen_at > clock_timestamp() - $1 * interval '1 millisecond' ORDER BY id";
    let rows = client.query_typed(select, &[(&ttl_millis, Type::INT8)]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Every lease. One is left when it has been over for `patience_millis`.
pub(crate) async fn leases(client: &Client, patience_millis: i64) -> Result<Vec<Lease>, Error> {
    let select = "SELECT work, owner, epoch, expires_at > clock_timestamp(), \
                  expires_at < clock_timestamp() - $1 * interval '1 millisecond' \
                  FROM waymark_work.lease";
    let rows = client.query_typed(select, &[(&patience_millis, Type::INT8)]).await?;
    let lease = |row: &tokio_postgres::Row| Lease {
        work: row.get(0),
        owner: row.get(1),
        epoch: row.get(2),
        is_live: row.get(3),
        is_left: row.get(4),
    };
    Ok(rows.iter().map(lease).collect())
}

/// Keeps a lease for as long again; false where it is another's by now, or where somebody holds the row at
/// this moment: nobody waits here, as one that waits keeps all other work waiting.
pub(crate) async fn renew(
    client: &Client,
    (work, owner, epoch): (&str, Uuid, i64),
    ttl_millis: i64,
) -> Result<bool, Error> {
    let update = "UPDATE waymark_work.lease \
                  SET expires_at = clock_timestamp() + $4 * interval '1 millisecond' \
                  WHERE work = (SELECT work FROM waymark_work.lease WHERE work = $1 \
                  AND owner = $2 AND epoch = $3 FOR NO KEY UPDATE SKIP LOCKED)";
    let told: [(&(dyn ToSql + Sync), Type); 4] = [
        (&work, Type::TEXT),
        (&owner, Type::UUID),
        (&epoch, Type::INT8),
        (&ttl_millis, Type::INT8),
    ];
    Ok(run(client, update, &told).await? == 1)
}

/// Takes a lease whose time is over, or whoever has it where `by_force`, under a new epoch; none where it
/// is another's, or where somebody holds the row at this moment.
pub(crate) async fn take(
    client: &Client,
    (work, owner): (&str, Uuid),
    ttl_millis: i64,
    by_force: bool,
) -> Result<Option<i64>, Error> {
    let begin = "INSERT INTO waymark_work.lease (work, owner, epoch, expires_at) \
                 VALUES ($1, $2, 0, '-infinity') ON CONFLICT (work) DO NOTHING";
    let mut told: Vec<(&(dyn ToSql + Sync), Type)> =
        vec![(&work, Type::TEXT), (&owner, Type::UUID)];
    run(client, begin, &told).await?;
    let update = "UPDATE waymark_work.lease AS l SET owner = $2, epoch = l.epoch + 1, \
                  expires_at = clock_timestamp() + $3 * interval '1 millisecond' \
                  WHERE l.work = (SELECT work FROM waymark_work.lease WHERE work = $1 \
                  AND ($4 OR expires_at < clock_timestamp()) FOR NO KEY UPDATE SKIP LOCKED) \
                  RETURNING epoch";
    told.extend([(&ttl_millis as &(dyn ToSql + Sync), Type::INT8), (&by_force, Type::BOOL)]);
    let rows = client.query_typed(update, &told).await?;
    Ok(rows.first().map(|row| row.get(0)))
}

/// Gives a lease back: whoever's turn it is may take it at once.
pub(crate) async fn give_back(
    client: &Client,
    (work, owner, epoch): (&str, Uuid, i64),
) -> Result<(), Error> {
    let update = "UPDATE waymark_work.lease SET expires_at = clock_timestamp() - interval '1 second' \
                  WHERE work = $1 AND owner = $2 AND epoch = $3";
    let told: [(&(dyn ToSql + Sync), Type); 3] =
        [(&work, Type::TEXT), (&owner, Type::UUID), (&epoch, Type::INT8)];
    run(client, update, &told).await.map(drop)
}

/// Says that a server is no longer there.
pub(crate) async fn sign_out(client: &Client, id: Uuid) -> Result<(), Error> {
    let delete = "DELETE FROM waymark_work.server WHERE id = $1";
    run(client, delete, &[(&id, Type::UUID)]).await.map(drop)
}

async fn run(
    client: &Client,
    sql: &str,
    told: &[(&(dyn ToSql + Sync), Type)],
) -> Result<u64, Error> {
    client.execute_typed(sql, told).await
}
