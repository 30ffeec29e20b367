//! Eight clients, what they send and what they are answered.

use std::{sync::mpsc::Receiver, time::Duration};

use crate::{
    Command,
    history::{Answer, Call},
};

pub(super) const CLIENTS: u64 = 8;

/// How long a server may take for its next answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// What one client sent in a round.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) calls: Vec<Call>,
    /// Answered.
    pub(super) sent: Vec<Command>,
    /// Without an answer, or not sent any more.
    pub(super) open: Vec<Command>,
}

/// What the clients are answered, as it comes.
#[derive(Debug)]
pub struct Answers(pub(super) Receiver<Answer>);

impl Answers {
    /// The next answer; none if none comes.
    pub(super) fn next(&self) -> Option<Answer> {
        self.0.recv_timeout(PATIENCE).ok()
    }

    /// Waits until so many commands more were acknowledged.
    pub fn acknowledged(&self, number: u64) {
        let mut missing = number;
        while missing > 0 {
            let answer = self.next().expect("the server answers");
            missing -= u64::from(matches!(answer, Answer::Acknowledged { .. }));
        }
    }

    /// Waits until some client was left without an answer.
    pub fn unsure(&self) {
        while self.next().expect("the server answers") != Answer::Unknown {}
    }
}

/// The n-th command of a client in a round, by turns on a pathway of its own and on one of all.
pub(super) fn fresh(round: u64, client: u64, n: u64) -> Command {
    let own = if n.is_multiple_of(2) { client + 1 } else { 0 };
    // Odd, so that a client's first command is not in every round the same step.
    let number = (round * CLIENTS + client) * 100_003 + n;
    Command::numbered(round * (CLIENTS + 1) + own, number)
}

/// A part for each client.
pub(super) fn shared_out(open: Vec<Command>) -> Vec<Vec<Command>> {
    let mut parts: Vec<Vec<Command>> = (0..CLIENTS).map(|_| Vec::new()).collect();
    for (at, command) in open.into_iter().enumerate() {
        let client = at % parts.len();
        if let Some(part) = parts.get_mut(client) {
            part.push(command);
        }
    }
    parts
}
