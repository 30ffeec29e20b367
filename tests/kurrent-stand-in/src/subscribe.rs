//! Subscriptions: what was written, then what is written, without a seam.

use std::sync::Arc;

use tokio::sync::broadcast::error::RecvError;

use crate::{
    chaos::Break,
    filter::Filter,
    log::{Record, Seen},
    read::{Answers, From, Gone, PAGE, send},
    refusal,
    shared::Shared,
    tell::{self, Reached, Telling, answer},
    wire::streams::read_resp::{Content, SubscriptionConfirmation},
};

/// What is followed, and the next place of it.
#[derive(Debug)]
pub(crate) enum Followed {
    All { place: usize, filter: Option<Filter> },
    Stream { name: String, next: u64 },
}

impl Followed {
    /// `$all` after a position; `None` if nothing was ever written there.
    pub(crate) fn all(shared: &Shared, from: From, filter: Option<Filter>) -> Option<Self> {
        let place = match from {
            From::Start => 0,
            From::End => shared.log.len(),
            From::At(position) => {
                let place = shared.log.place_of(position)?;
                // A subscription begins after what the caller already has.
                place + usize::from(shared.log.position_before(place + 1) == Some(position))
            }
        };
        Some(Self::All { place, filter })
    }

    /// A stream after a revision.
    pub(crate) fn stream(shared: &Shared, name: String, from: From) -> Self {
        let next = match from {
            From::Start => 0,
            From::End => shared.log.last_revision(&name).map_or(0, |last| last + 1),
            From::At(revision) => revision.saturating_add(1),
        };
        Self::Stream { name, next }
    }
}

/// One open subscription.
#[derive(Debug)]
pub(crate) struct Subscription {
    shared: Arc<Shared>,
    answers: Answers,
    followed: Followed,
    telling: Telling,
    reached: Reached,
    is_live: bool,
    /// Events looked at since the last checkpoint.
    since_checkpoint: u64,
    checkpoint: Option<u64>,
}

impl Subscription {
    pub(crate) fn new(
        shared: Arc<Shared>,
        answers: Answers,
        followed: Followed,
        telling: Telling,
    ) -> Self {
        let reached = match &followed {
            Followed::All { place, .. } => {
                Reached { position: shared.log.position_before(*place), revision: None }
            }
            Followed::Stream { next, .. } => {
                Reached { position: None, revision: next.checked_sub(1) }
            }
        };
        Self {
            shared,
            answers,
            followed,
            telling,
            reached,
            is_live: false,
            since_checkpoint: 0,
            checkpoint: None,
        }
    }

    /// Follows until the caller goes or it is broken.
    pub(crate) async fn run(mut self, id: uuid::Uuid) -> Result<(), Gone> {
        let mut breaks = self.shared.chaos.breaks_of_subscriptions();
        let subscription_id = id.to_string();
        let confirmed = Content::Confirmation(SubscriptionConfirmation { subscription_id });
        send(&self.answers, answer(confirmed)).await?;
        let answers = self.answers.clone();
        loop {
            tokio::select! {
                biased;
                () = answers.closed() => return Err(Gone),
                broken = breaks.recv() => match broken {
                    Ok(Break::End) | Err(RecvError::Closed) => return Ok(()),
                    Ok(Break::Cut) => return answers.send(Err(refusal::cut().into())).await.or(Err(Gone)),
                    Ok(Break::FallBehind) => self.fall_behind().await?,
                    Err(RecvError::Lagged(_)) => (),
                },
                stepped = self.step() => if !stepped? { return Ok(()) },
            }
        }
    }

    async fn fall_behind(&mut self) -> Result<(), Gone> {
        self.is_live = false;
        send(&self.answers, tell::fell_behind(self.reached)).await
    }

    /// Tells a page, or that there is no more, or waits for more. It may be dropped at any await: what
    /// was not sent is not counted as sent. False once there is nothing left to follow.
    async fn step(&mut self) -> Result<bool, Gone> {
        let len = self.shared.log.len();
        match &self.followed {
            Followed::All { place, .. } if *place < len => self.tell_all(*place).await?,
            Followed::All { .. } => self.wait(len).await?,
            Followed::Stream { name, next } => {
                let page = self.shared.log.page(name, *next, PAGE, true);
                match page.seen {
                    Seen::Deleted => {
                        let refused = Err(refusal::stream_deleted(name).into());
                        self.answers.send(refused).await.or(Err(Gone))?;
                        return Ok(false);
                    }
                    Seen::Found { .. } if !page.records.is_empty() => {
                        self.tell_stream(page.records).await?;
                    }
                    Seen::Found { .. } | Seen::NoStream => self.wait(len).await?,
                }
            }
        }
        Ok(true)
    }

    /// Says once that all was told, then waits for more than `len` places.
    async fn wait(&mut self, len: usize) -> Result<(), Gone> {
        if self.is_live {
            self.shared.log.grown_beyond(len).await;
            return Ok(());
        }
        if self.checkpoint_every().is_some() {
            self.tell_checkpoint().await?;
        }
        send(&self.answers, tell::caught_up(self.reached)).await?;
        self.is_live = true;
        Ok(())
    }

    async fn tell_stream(&mut self, records: Vec<Record>) -> Result<(), Gone> {
        for record in records {
            self.tell(&record).await?;
            self.reached.revision = Some(record.revision);
            if let Followed::Stream { next, .. } = &mut self.followed {
                *next = record.revision + 1;
            }
        }
        Ok(())
    }

    async fn tell_all(&mut self, from: usize) -> Result<(), Gone> {
        let (end, records) = self.shared.log.forwards(from, PAGE);
        for (at, record) in records {
            if self.wants(&record) {
                self.tell(&record).await?;
            }
            self.reached.position = Some(record.position);
            self.move_to(at + 1);
            self.since_checkpoint += 1;
            if self.checkpoint_every().is_some_and(|every| self.since_checkpoint >= every) {
                self.tell_checkpoint().await?;
            }
        }
        self.move_to(end);
        Ok(())
    }

    fn move_to(&mut self, next: usize) {
        if let Followed::All { place, .. } = &mut self.followed {
            *place = next;
        }
    }

    fn wants(&self, record: &Record) -> bool {
        match &self.followed {
            Followed::All { filter: Some(filter), .. } => filter.wants(record),
            Followed::All { filter: None, .. } | Followed::Stream { .. } => true,
        }
    }

    /// Only a filtered subscription is told how far it has come without a match.
    fn checkpoint_every(&self) -> Option<u64> {
        match &self.followed {
            Followed::All { filter: Some(filter), .. } => Some(filter.checkpoint_every),
            Followed::All { filter: None, .. } | Followed::Stream { .. } => None,
        }
    }

    async fn tell(&mut self, record: &Record) -> Result<(), Gone> {
        if self.shared.chaos.is_duplicated() {
            send(&self.answers, self.telling.event(record)).await?;
        }
        send(&self.answers, self.telling.event(record)).await
    }

    /// No checkpoint is told twice.
    async fn tell_checkpoint(&mut self) -> Result<(), Gone> {
        let Some(position) = self.reached.position.filter(|now| Some(*now) != self.checkpoint)
        else {
            return Ok(());
        };
        send(&self.answers, tell::checkpoint(position)).await?;
        self.checkpoint = Some(position);
        self.since_checkpoint = 0;
        Ok(())
    }
}
