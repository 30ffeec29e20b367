//! Following what other servers write of a view: readers are led to its edition, and a view that is
//! told of commits is told of what was touched.

use std::sync::Arc;

use event_store::{Category, Position, ReadError};
use rustc_hash::FxHashSet;
use steps::StepKind;
use tokio::runtime::Handle;
use uuid::Uuid;

use crate::context::Context;
use crate::counting::Counting;
use crate::engine::{can_change, guarded};
use crate::live::chain;
use crate::place::Place;
use crate::postgres::{Dead, Schemas, Standing};
use crate::scan::{tell, tell_all};
use crate::sharing::Seat;
use crate::{Checkpoint, Connection, Identity, SqlError, View, params};

/// A view that is further behind than so many events is read whole: that is faster.
const READ_WHOLE_BEYOND: u64 = 20_000;

/// How what others write was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Followed {
    /// All of it is as far as the log is known to go, or there is nothing to follow.
    All,
    /// Something moved.
    Moved,
    /// Something is behind, and did not move.
    Waiting,
}

/// What others write, and where we read it.
pub(crate) struct Others {
    pub(crate) context: Arc<Context>,
    pub(crate) schemas: Arc<Schemas>,
}

/// Why what others wrote could not be taken up. It is tried again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FollowError {
    /// The database of views failed.
    #[error(transparent)]
    Sql(#[from] SqlError),
    /// The log could not be read.
    #[error("the log could not be read")]
    Log(#[from] ReadError),
    /// A server of another release, or of other rules, writes the view.
    #[error("another release or other rules write the view: run one release on all servers")]
    Stranger,
    /// The thread was stopped.
    #[error("following was cut short")]
    CutShort,
}

impl Others {
    /// Leads readers to where each view stands by now.
    pub(crate) async fn follow(&self, theirs: Vec<(usize, &mut Seat)>) -> Followed {
        if theirs.is_empty() {
            return Followed::All;
        }
        let names: Vec<_> = theirs.iter().map(|(_at, seat)| seat.view.name()).collect();
        let schemas = Arc::clone(&self.schemas);
        let standing = tokio::task::spawn_blocking(move || schemas.standing(&names)).await;
        let standing = match standing.map_err(|_panicked| FollowError::CutShort) {
            Ok(Ok(standing)) => standing,
            Ok(Err(error)) => return self.all_wait(&theirs, &error.into()),
            Err(cut) => return self.all_wait(&theirs, &cut),
        };
        let (seen, mut followed) = (*self.context.seen.borrow(), Followed::All);
        for ((at, seat), standing) in theirs.into_iter().zip(standing) {
            let Some(standing) = standing else {
                followed = followed.or(Followed::Waiting);
                continue;
            };
            if seat.told.as_ref() != Some(&standing) {
                let moved = self.catch_up(at, seat, standing).await.is_ok();
                followed = followed.or(if moved { Followed::Moved } else { Followed::Waiting });
            }
            if seat.shared.position() < seen {
                followed = followed.or(Followed::Waiting);
            }
        }
        followed
    }

    /// Brings readers, and what the view remembers, to where it stands.
    pub(crate) async fn catch_up(
        &self,
        at: usize,
        seat: &mut Seat,
        to: Standing,
    ) -> Result<(), FollowError> {
        if seat.told.as_ref() == Some(&to) {
            return Ok(());
        }
        let (view, from) = (Arc::clone(&seat.view), seat.told.take());
        let before = from.as_ref().map(|from| from.place.clone());
        let (context, schemas) = (Arc::clone(&self.context), Arc::clone(&self.schemas));
        let work = move || Reading { context, schemas, view }.on(from.as_ref(), to);
        let told = tokio::task::spawn_blocking(work).await;
        match told.map_err(|_panicked| FollowError::CutShort).flatten() {
            Ok(told) => {
                match before.filter(|before| *before == told.place) {
                    Some(_same) => seat.shared.advance(told.position),
                    None => seat.shared.switch(&told.place, told.position),
                }
                self.context.followed(at, &told);
                seat.told = Some(told);
                Ok(())
            }
            Err(error) => {
                if matches!(error, FollowError::Stranger) {
                    seat.shared.leave();
                }
                self.tell(at, seat.view.name(), &error);
                Err(error)
            }
        }
    }
}

impl Others {
    fn all_wait(&self, theirs: &[(usize, &mut Seat)], error: &FollowError) -> Followed {
        for (at, seat) in theirs {
            self.tell(*at, seat.view.name(), error);
        }
        Followed::Waiting
    }

    fn tell(&self, at: usize, view: &str, error: &FollowError) {
        let what = chain(error);
        tracing::warn!(
            view,
            error = what,
            "what another server wrote could not be read; it is tried again"
        );
        self.context.trouble_of(at, &what);
    }
}

impl Followed {
    /// Of two, the one to act by: what moved may move again.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Moved, _) | (_, Self::Moved) => Self::Moved,
            (Self::Waiting, _) | (_, Self::Waiting) => Self::Waiting,
            (Self::All, Self::All) => Self::All,
        }
    }
}

/// Reading on in one view, on a thread that may block.
struct Reading {
    context: Arc<Context>,
    schemas: Arc<Schemas>,
    view: Arc<dyn View>,
}

impl Reading {
    /// From where it is told to where it stands, or a little further.
    fn on(&self, from: Option<&Standing>, to: Standing) -> Result<Standing, FollowError> {
        let from = from.filter(|from| from.place == to.place);
        if from.is_none() {
            self.must_be_ours_to_read(&to.place)?;
        }
        if !self.view.listens() {
            return Ok(to);
        }
        // Other dead letters: some were tried again, which the log does not tell of.
        let near = |from: &&Standing| {
            let further = to.position.0.saturating_sub(from.position.0);
            let most = if self.is_dense() { READ_WHOLE_BEYOND } else { u64::MAX };
            (1..=most).contains(&further) && from.dead == to.dead
        };
        match from.filter(near) {
            Some(from) => match self.what_was_touched(from)? {
                Some(standing) => Ok(standing),
                None => self.whole(&to.place),
            },
            // Nothing further, and other rows: what stood still goes on.
            None => self.whole(&to.place),
        }
    }

    fn is_dense(&self) -> bool {
        Counting::of(self.context.store.as_ref()) == Counting::Dense
    }

    fn must_be_ours_to_read(&self, place: &Place) -> Result<(), FollowError> {
        let connection = self.context.database.reader(place)?;
        let found = Checkpoint::read(&connection)?.ok_or(SqlError::Unfinished)?;
        let ours = Identity::of(self.view.as_ref(), self.context.store.log_id());
        if found.identity == ours { Ok(()) } else { Err(FollowError::Stranger) }
    }

    fn whole(&self, place: &Place) -> Result<Standing, FollowError> {
        let (view, connection) = (self.view.as_ref(), self.context.database.reader(place)?);
        let standing = standing_of(place, &connection)?;
        guarded(view.name(), || tell_all(view, &connection)).unwrap_or(Ok(()))?;
        connection.end_reading()?;
        Ok(standing)
    }

    /// None where it is so much that reading all is faster.
    fn what_was_touched(&self, from: &Standing) -> Result<Option<Standing>, FollowError> {
        let moment = self.schemas.moment(&from.place)?;
        let touched = self.touched(from.position, moment.standing().position);
        let Some(touched) = Handle::current().block_on(touched)? else { return Ok(None) };
        let (standing, changed) = moment.rows(self.view.as_ref(), &touched)?;
        guarded(self.view.name(), || tell(self.view.as_ref(), &changed));
        Ok(Some(standing))
    }

    /// The pathways of which the log tells something after one position and up to another; none where
    /// too many events lie there, which only a log whose positions are not dense does not tell before.
    async fn touched(
        &self,
        after: Position,
        up_to: Position,
    ) -> Result<Option<Vec<Uuid>>, FollowError> {
        let (mut touched, mut at, mut read) = (FxHashSet::default(), after, 0);
        while at < up_to {
            let events = self.context.store.read_log(at, self.context.page_events).await?;
            let Some(last) = events.last() else { break };
            at = last.position;
            read += events.len() as u64;
            if read > READ_WHOLE_BEYOND {
                return Ok(None);
            }
            let ours = events.iter().filter(|event| {
                event.position <= up_to
                    && event.stream.category == Category::Pathway
                    && self.can_change(StepKind::from_name(&event.event.kind))
            });
            touched.extend(ours.map(|event| event.stream.id));
        }
        Ok(Some(touched.into_iter().collect()))
    }

    /// A pathway that stands still changes with whatever comes; who remembers rows must know them all.
    fn can_change(&self, kind: Option<StepKind>) -> bool {
        self.view.remembers() || can_change(self.view.as_ref(), kind)
    }
}

fn standing_of(place: &Place, connection: &Connection) -> Result<Standing, SqlError> {
    let at = Checkpoint::read(connection)?.ok_or(SqlError::Unfinished)?;
    let dead = connection.all("SELECT position FROM dead_letter", params![], |row| {
        Ok::<_, SqlError>(Position(row.get::<i64>(0)?.unsigned_abs()))
    })?;
    let dead = Dead::of(dead.into_iter());
    Ok(Standing { place: place.clone(), position: at.position, digest: at.digest, dead })
}
