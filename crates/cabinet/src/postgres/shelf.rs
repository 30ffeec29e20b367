//! The shelf in PostgreSQL. The table refuses what would be damaged, so nothing is put aside.

use chrono::DateTime;
use event_store::Position;
use postgres_lines::PostgresFault;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{InDatabase, Told};
use crate::shelf::LISTED_MOST;
use crate::{Again, CabinetError, Dead, Fence, Listed, Shelf};

const ALERTS: &str =
    "SELECT id, position, attempts, given_up, why, endpoint, again FROM waymark_work.dead";

impl Shelf for InDatabase {
    fn position(&self, endpoint: &str) -> Result<Option<Position>, CabinetError> {
        let select = "SELECT position FROM waymark_work.endpoint WHERE name = $1";
        let found = self.0.ask(async |client| {
            let rows = client.query_typed(select, &[(&endpoint, Type::TEXT)]).await?;
            Ok(rows.first().map(|row| row.try_get::<_, i64>(0)).transpose()?)
        });
        Ok(found?.map(|position| Position(position.unsigned_abs())))
    }

    fn reached(
        &self,
        endpoint: &str,
        position: Position,
        fence: Option<&Fence>,
    ) -> Result<(), CabinetError> {
        let position = place(position);
        let sql = "INSERT INTO waymark_work.endpoint AS e VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET position = $2 WHERE e.position <> $2";
        self.write(fence, sql, &[(&endpoint, Type::TEXT), (&position, Type::INT8)])
    }

    fn bury(&self, endpoint: &str, dead: &Dead, fence: Option<&Fence>) -> Result<(), CabinetError> {
        let Dead { id, position, attempts, given_up_at, why } = dead;
        let (position, attempts) = (place(*position), i64::from(*attempts));
        let given_up = given_up_at.timestamp_micros();
        let sql = "INSERT INTO waymark_work.dead VALUES ($1, $2, $3, $4, $5, $6, false)
            ON CONFLICT (endpoint, id) DO UPDATE SET position = $3, attempts = $4, given_up = $5,
                why = $6, again = false";
        let told: [Told<'_>; 6] = [
            (&endpoint, Type::TEXT),
            (id, Type::UUID),
            (&position, Type::INT8),
            (&attempts, Type::INT8),
            (&given_up, Type::INT8),
            (why, Type::TEXT),
        ];
        self.write(fence, sql, &told)
    }

    fn forget(&self, endpoint: &str, id: Uuid, fence: Option<&Fence>) -> Result<(), CabinetError> {
        let sql = "DELETE FROM waymark_work.dead WHERE endpoint = $1 AND id = $2";
        self.write(fence, sql, &[(&endpoint, Type::TEXT), (&id, Type::UUID)])
    }

    fn next_again(&self, endpoint: &str) -> Result<Again, CabinetError> {
        let asked = format!("{ALERTS} WHERE endpoint = $1 AND again ORDER BY position, id LIMIT 1");
        let next = self.0.ask(async |client| {
            let rows = client.query_typed(&asked, &[(&endpoint, Type::TEXT)]).await?;
            rows.first().map(listed).transpose()
        });
        Ok(Again { next: next?.map(|listed| listed.dead), damaged: Vec::new() })
    }

    fn send_again(&self, endpoint: Option<&str>, id: Option<Uuid>) -> Result<usize, CabinetError> {
        let sql = "UPDATE waymark_work.dead SET again = true
            WHERE ($1 IS NULL OR endpoint = $1) AND ($2 IS NULL OR id = $2)";
        let marked = self.0.ask(async |client| {
            Ok(client.execute_typed(sql, &[(&endpoint, Type::TEXT), (&id, Type::UUID)]).await?)
        });
        Ok(usize::try_from(marked?).unwrap_or(usize::MAX))
    }

    fn given_up(&self) -> Result<Vec<Listed>, CabinetError> {
        let listing = format!("{ALERTS} ORDER BY position, endpoint LIMIT $1");
        let all = self.0.ask(async |client| {
            let rows = client.query_typed(&listing, &[(&LISTED_MOST, Type::INT8)]).await?;
            rows.iter().map(listed).collect()
        });
        Ok(all?)
    }

    fn trouble(&self) -> Result<Option<String>, CabinetError> {
        Ok(None)
    }
}

fn place(Position(position): Position) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

fn listed(row: &Row) -> Result<Listed, PostgresFault> {
    let dead = Dead {
        id: row.try_get(0)?,
        position: Position(row.try_get::<_, i64>(1)?.unsigned_abs()),
        attempts: u32::try_from(row.try_get::<_, i64>(2)?).unwrap_or(u32::MAX),
        given_up_at: DateTime::from_timestamp_micros(row.try_get(3)?).unwrap_or_default(),
        why: row.try_get(4)?,
    };
    Ok(Listed { dead, endpoint: row.try_get(5)?, again: row.try_get(6)? })
}
