//! Reads that end: of a stream and of `$all`, forwards and backwards.

use std::sync::Arc;

use tokio::sync::mpsc::Sender;
use tonic::Status;

use crate::{
    filter::Filter,
    log::Seen,
    refusal,
    shared::Shared,
    tell::{self, Telling},
    wire::streams::{ReadResp, read_resp::Content},
};

/// Events taken from the log in one go.
pub(crate) const PAGE: usize = 500;

/// Where answers go; they may be refused, when the caller is gone.
pub(crate) type Answers = Sender<Result<ReadResp, Status>>;

/// The caller went away: nothing more is to be told.
#[derive(Debug)]
pub(crate) struct Gone;

pub(crate) async fn send(answers: &Answers, answer: ReadResp) -> Result<(), Gone> {
    answers.send(Ok(answer)).await.or(Err(Gone))
}

/// Where a read begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    Start,
    End,
    At(u64),
}

/// A read of one stream.
#[derive(Debug)]
pub(crate) struct StreamRead {
    pub(crate) stream: String,
    pub(crate) from: From,
    pub(crate) forwards: bool,
    pub(crate) count: u64,
    pub(crate) telling: Telling,
    /// Whether the caller understands first and last positions.
    pub(crate) tells_ends: bool,
}

impl StreamRead {
    pub(crate) async fn run(self, shared: Arc<Shared>, answers: Answers) -> Result<(), Gone> {
        let mut from = match (self.from, self.forwards) {
            (From::Start, _) => 0,
            (From::End, _) => u64::MAX,
            (From::At(revision), _) => revision,
        };
        let mut left = self.count;
        let mut is_first = true;
        loop {
            let wanted = usize::try_from(left).unwrap_or(PAGE).min(PAGE);
            let page = shared.log.page(&self.stream, from, wanted, self.forwards);
            let Seen::Found { first, last } = page.seen else {
                return self.tell_absence(page.seen, &answers).await;
            };
            if is_first
                && page.records.is_empty()
                && self.forwards
                && self.tells_ends
                && from != first
            {
                send(&answers, tell::answer(Content::FirstStreamPosition(first))).await?;
            }
            is_first = false;
            for record in &page.records {
                send(&answers, self.telling.event(record)).await?;
            }
            left = left.saturating_sub(page.records.len() as u64);
            match self.next(page.records.last().map(|record| record.revision), first, last) {
                Some(next) if left > 0 => from = next,
                Some(_) | None => return self.tell_end(last, &answers).await,
            }
        }
    }

    /// Where the next page begins; `None` if the stream has no more that way.
    fn next(&self, told: Option<u64>, first: u64, last: u64) -> Option<u64> {
        let told = told?;
        if self.forwards {
            (told < last).then_some(told + 1)
        } else {
            (told > first).then(|| told.saturating_sub(1))
        }
    }

    async fn tell_end(&self, last: u64, answers: &Answers) -> Result<(), Gone> {
        if !self.tells_ends {
            return Ok(());
        }
        send(answers, tell::answer(Content::LastStreamPosition(last))).await
    }

    async fn tell_absence(&self, seen: Seen, answers: &Answers) -> Result<(), Gone> {
        match seen {
            Seen::Deleted => {
                let refused = Err(refusal::stream_deleted(&self.stream).into());
                answers.send(refused).await.or(Err(Gone))
            }
            Seen::NoStream | Seen::Found { .. } => {
                send(answers, tell::not_found(&self.stream)).await
            }
        }
    }
}

/// A read of `$all`.
#[derive(Debug)]
pub(crate) struct AllRead {
    pub(crate) from: From,
    pub(crate) forwards: bool,
    pub(crate) count: u64,
    pub(crate) filter: Option<Filter>,
    pub(crate) telling: Telling,
}

impl AllRead {
    pub(crate) async fn run(self, shared: Arc<Shared>, answers: Answers) -> Result<(), Gone> {
        let place = match self.from {
            From::Start => Some(0),
            From::End => Some(shared.log.len()),
            From::At(position) => shared.log.place_of(position),
        };
        let Some(mut place) = place else {
            return answers.send(Err(refusal::invalid_position().into())).await.or(Err(Gone));
        };
        let mut left = self.count;
        while left > 0 {
            let (next, records) = self.page(&shared, place);
            if next == place {
                return Ok(());
            }
            place = next;
            let wanted = |record: &&_| self.filter.as_ref().is_none_or(|one| one.wants(record));
            for record in records.iter().filter(wanted) {
                if left == 0 {
                    return Ok(());
                }
                send(&answers, self.telling.event(record)).await?;
                left -= 1;
            }
        }
        Ok(())
    }

    fn page(&self, shared: &Shared, place: usize) -> (usize, Vec<crate::log::Record>) {
        if self.forwards {
            let (next, records) = shared.log.forwards(place, PAGE);
            (next, records.into_iter().map(|(_, record)| record).collect())
        } else {
            shared.log.backwards(place, PAGE)
        }
    }
}
