//! One edition of a view, opened for writing, and how far it is; whichever database keeps its rows.

use event_store::Position;
use rustc_hash::FxHashMap;
use steps::PathwayId;
use uuid::Uuid;

use crate::compute::{Fault, Outcome};
use crate::database::{Reading, RowStore, Work, Written};
use crate::place::Place;
use crate::postgres::{Dead, Standing};
use crate::{Change, Checkpoint, Connection, Row, SqlError, params};

/// One edition of a view, with the only connection of this process that writes it.
pub(crate) struct ViewFile {
    rows: Box<dyn RowStore>,
    place: Place,
    checkpoint: Checkpoint,
    dead: FxHashMap<Uuid, Fault>,
    next_no: i64,
}

/// How far a commit brings an edition.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Advance {
    pub(crate) position: Position,
    pub(crate) event_id: Option<Uuid>,
    pub(crate) events: u64,
}

impl ViewFile {
    /// The edition as it was left.
    pub(crate) fn of(rows: Box<dyn RowStore>, place: Place) -> Result<Self, SqlError> {
        let connection = rows.reading()?;
        let last = "SELECT max(no) FROM pathways";
        let last = connection.first(last, params![], |row| row.get::<Option<i64>>(0))?;
        let dead = dead_letters(&connection)?;
        let checkpoint = Checkpoint::read(&connection)?.ok_or(SqlError::Unfinished)?;
        drop(connection);
        Ok(Self { next_no: last.flatten().unwrap_or(0) + 1, dead, checkpoint, place, rows })
    }

    pub(crate) const fn place(&self) -> &Place {
        &self.place
    }

    pub(crate) const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    pub(crate) const fn position(&self) -> Position {
        self.checkpoint.position
    }

    /// Where it stands.
    pub(crate) fn standing(&self) -> Standing {
        let Checkpoint { position, digest, .. } = self.checkpoint;
        let dead = Dead::of(self.dead.values().map(|fault| fault.position));
        Standing { place: self.place.clone(), position, digest, dead }
    }

    /// A connection that reads it.
    pub(crate) fn reading(&self) -> Result<Reading<'_>, SqlError> {
        self.rows.reading()
    }

    /// The pathways that stand still, and why.
    pub(crate) const fn dead(&self) -> &FxHashMap<Uuid, Fault> {
        &self.dead
    }

    /// Writes what changed and how far it is, all or nothing, and hands out the changes.
    pub(crate) fn commit(
        &mut self,
        outcomes: Vec<Outcome>,
        to: Advance,
    ) -> Result<Vec<Changed>, SqlError> {
        let mut checkpoint = self.checkpoint.clone();
        checkpoint.position = to.position;
        checkpoint.event_id = to.event_id;
        checkpoint.consumed += to.events;
        let (dead, before, next_no) = (&self.dead, &self.checkpoint, self.next_no);
        let work = Work { outcomes: &outcomes, dead, before, checkpoint, next_no };
        let written = self.rows.commit(work)?;
        Ok(self.settle(outcomes, written))
    }

    fn settle(&mut self, outcomes: Vec<Outcome>, written: Written) -> Vec<Changed> {
        self.checkpoint = written.checkpoint;
        self.next_no = written.next_no;
        let mut changes = Vec::new();
        for (outcome, place) in outcomes.into_iter().zip(written.places) {
            let (pathway, id) = (outcome.pathway, outcome.pathway.0);
            match outcome.fault {
                Some(fault) => drop(self.dead.insert(id, fault)),
                None => drop(self.dead.remove(&id)),
            }
            if let Some((no, old)) = place {
                changes.push(Changed { pathway, no, old: Some(old), new: outcome.rows });
            }
        }
        changes
    }
}

/// What a commit changed in one pathway.
pub(crate) struct Changed {
    pub(crate) pathway: PathwayId,
    pub(crate) no: i64,
    /// None where another server has written them.
    pub(crate) old: Option<Vec<Row>>,
    pub(crate) new: Vec<Row>,
}

impl Changed {
    pub(crate) fn as_change(&self) -> Change<'_> {
        Change { pathway_id: self.pathway, no: self.no, old: self.old.as_deref(), new: &self.new }
    }
}

fn dead_letters(connection: &Connection) -> Result<FxHashMap<Uuid, Fault>, SqlError> {
    let mut letters = FxHashMap::default();
    let select = "SELECT pathway_id, position, reason FROM dead_letter";
    connection.each(select, params![], |row| {
        let position = Position(row.get::<i64>(1)?.unsigned_abs());
        letters.insert(row.get(0)?, Fault { position, reason: row.get(2)? });
        Ok::<_, SqlError>(())
    })?;
    Ok(letters)
}
