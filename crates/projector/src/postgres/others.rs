//! What other servers write: which edition of each view is in use, how far it is, and the rows of
//! pathways as of one moment.

use std::sync::Arc;

use event_store::Position;
use tokio_postgres::Client;
use tokio_postgres::types::Type;
use uuid::Uuid;

use steps::PathwayId;

use super::{Pool, Schemas, read, schema_of};
use super::{PostgresFault, wait};
use crate::place::Place;
use crate::view_file::Changed;
use crate::{Digest, SqlError, View};

/// Where the edition of a view in use stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) place: Place,
    pub(crate) position: Position,
    pub(crate) digest: Digest,
    pub(crate) dead: Dead,
}

/// The pathways that stand still in an edition: how many, and the sum of the positions at which they do,
/// which tells one mended from another that has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Dead {
    pub(crate) count: usize,
    pub(crate) positions: u64,
}

impl Dead {
    pub(crate) fn of(positions: impl Iterator<Item = Position>) -> Self {
        positions.fold(Self::default(), |dead, at| Self {
            count: dead.count + 1,
            positions: dead.positions.wrapping_add(at.0),
        })
    }

    fn read(count: i64, positions: i64) -> Self {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        Self { count, positions: positions.cast_unsigned() }
    }
}

impl Schemas {
    /// For each view the edition in use; none where there is none yet.
    pub(crate) fn standing(
        &self,
        views: &[&'static str],
    ) -> Result<Vec<Option<Standing>>, SqlError> {
        self.with(async |client| {
            let editions = editions(client, views).await?;
            positions(client, &editions).await
        })
    }

    /// An edition as of this moment.
    pub(crate) fn moment(&self, place: &Place) -> Result<Moment, SqlError> {
        let client = self.pool.take()?;
        let begun = wait(begin(&client, place));
        match begun {
            Ok(standing) => {
                let pool = Arc::clone(&self.pool);
                Ok(Moment { client: Some(client), pool, standing })
            }
            Err(error) => {
                self.pool.give_back(None);
                Err(error)
            }
        }
    }
}

/// An edition as of one moment, however long it is looked at.
pub(crate) struct Moment {
    client: Option<Client>,
    pool: Arc<Pool>,
    standing: Standing,
}

impl Moment {
    pub(crate) const fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The rows of some pathways; one that never had a row is left out.
    pub(crate) fn rows(
        mut self,
        view: &dyn View,
        pathways: &[Uuid],
    ) -> Result<(Standing, Vec<Changed>), SqlError> {
        let client = self.client.take().ok_or_else(PostgresFault::closed)?;
        let rows = wait(async {
            let numbers = read::numbers(&client, pathways).await?;
            let rows = read::rows(&client, view.tables(), &numbers).await?;
            client.batch_execute("COMMIT").await.map_err(PostgresFault::from)?;
            Ok::<_, SqlError>((numbers, rows))
        });
        self.client = Some(client).filter(|_| rows.is_ok());
        let (numbers, mut rows) = rows?;
        let changed = numbers.into_iter().map(|(id, no)| {
            let new = rows.remove(&no).unwrap_or_default();
            Changed { pathway: PathwayId(id), no, old: None, new }
        });
        Ok((self.standing.clone(), changed.collect()))
    }
}

impl Drop for Moment {
    /// One whose transaction was not ended is not used again.
    fn drop(&mut self) {
        self.pool.give_back(self.client.take());
    }
}

async fn begin(client: &Client, place: &Place) -> Result<Standing, SqlError> {
    let begin = format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path TO \"{}\"; \
         SET LOCAL idle_in_transaction_session_timeout TO '5min'",
        schema_of(place)
    );
    client.batch_execute(&begin).await.map_err(PostgresFault::from)?;
    let dead = dead_in("dead_letter");
    let select = format!(
        "SELECT c.position, c.digest, d.* FROM checkpoint AS c, {dead} AS d WHERE c.one = 1"
    );
    let found = client.query_typed(&select, &[]).await.map_err(PostgresFault::from)?;
    let row = found.first().ok_or(SqlError::Unfinished)?;
    let (position, digest) = (position_of(row.get(0)), digest_of(row.get(1)));
    let dead = Dead::read(row.get(2), row.get(3));
    Ok(Standing { place: place.clone(), position, digest, dead })
}

async fn editions(
    client: &Client,
    views: &[&'static str],
) -> Result<Vec<Option<Place>>, PostgresFault> {
    let select = "SELECT view, edition FROM waymark_views.in_use WHERE view = ANY ($1)";
    let found = client.query_typed(select, &[(&views, Type::TEXT_ARRAY)]).await?;
    let edition = |view: &&'static str| {
        let row = found.iter().find(|row| row.get::<_, &str>(0) == *view)?;
        Some(Place(row.get(1)))
    };
    Ok(views.iter().map(edition).collect())
}

/// One statement for all. An edition that has just been taken away is a failure; the next try finds the
/// one that is in use by then.
async fn positions(
    client: &Client,
    editions: &[Option<Place>],
) -> Result<Vec<Option<Standing>>, PostgresFault> {
    let there = (0_i64..).zip(editions).filter_map(|(n, place)| Some((n, place.as_ref()?)));
    let selects = there.map(|(n, place)| {
        let schema = schema_of(place);
        let dead = dead_in(&format!("\"{schema}\".dead_letter"));
        format!("SELECT {n}::bigint, c.*, d.* FROM (SELECT position, digest FROM \"{schema}\".checkpoint WHERE one = 1) AS c, {dead} AS d")
    });
    let all: Vec<String> = selects.collect();
    let mut standing: Vec<Option<Standing>> = editions.iter().map(|_edition| None).collect();
    if all.is_empty() {
        return Ok(standing);
    }
    for row in client.query_typed(&all.join(" UNION ALL "), &[]).await? {
        let n = usize::try_from(row.get::<_, i64>(0)).unwrap_or(usize::MAX);
        if let (Some(Some(place)), Some(one)) = (editions.get(n), standing.get_mut(n)) {
            let (position, digest) = (position_of(row.get(1)), digest_of(row.get(2)));
            let dead = Dead::read(row.get(3), row.get(4));
            *one = Some(Standing { place: place.clone(), position, digest, dead });
        }
    }
    Ok(standing)
}

/// How many stand still, and the sum of where.
fn dead_in(table: &str) -> String {
    format!("(SELECT count(*), coalesce(sum(position), 0)::bigint FROM {table})")
}

const fn position_of(number: i64) -> Position {
    Position(number.unsigned_abs())
}

const fn digest_of(bytes: Uuid) -> Digest {
    Digest::from_bytes(bytes.into_bytes())
}
