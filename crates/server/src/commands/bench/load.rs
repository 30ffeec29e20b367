//! Load: clients on one thread of a name of their own, over raw HTTP/1.1 on kept connections.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::proc;

/// The name of the thread that asks, by which its processor time is told from the server's.
pub(super) const THREAD: &str = "bench-load";

/// Makes the bytes of the nth request.
pub(super) type Ask = dyn Fn(u64) -> Vec<u8> + Send + Sync;

/// What a stretch of asking gave.
#[derive(Default)]
pub(super) struct Answers {
    /// Each answer's time in microseconds.
    pub(super) micros: Vec<f64>,
    /// Each answer's body.
    pub(super) bodies: Vec<Vec<u8>>,
    /// Processor seconds of everything but the asking thread.
    pub(super) server: f64,
}

impl Answers {
    pub(super) fn add(&mut self, more: Self) {
        self.micros.extend(more.micros);
        self.bodies.extend(more.bodies);
        self.server += more.server;
    }
}

/// How long, or how often, to ask.
#[derive(Clone, Copy)]
pub(super) enum Until {
    Elapsed(Duration),
    Each(u64),
}

/// Clients with a connection each.
pub(super) struct Crowd {
    clients: Vec<Client>,
    asked: u64,
}

impl Crowd {
    pub(super) async fn connect(server: SocketAddr, clients: usize) -> anyhow::Result<Self> {
        let mut all = Vec::new();
        for _client in 0..clients {
            let stream = TcpStream::connect(server).await?;
            stream.set_nodelay(true)?;
            all.push(Client { stream, read: Vec::new() });
        }
        Ok(Self { clients: all, asked: 0 })
    }

    /// Every client asks, waits for the answer and asks again.
    pub(super) async fn ask(&mut self, until: Until, ask: &Ask) -> anyhow::Result<Answers> {
        let (before, begun) = (servers_processor()?, Instant::now());
        let stride = self.clients.len() as u64;
        let asked = self.asked;
        let asking = (0..).zip(&mut self.clients).map(async |(place, client)| {
            let mut answers = Answers::default();
            let mut round = 0;
            while until.goes_on(begun, round) {
                client.exchange(&ask(asked + round * stride + place), &mut answers).await?;
                round += 1;
            }
            anyhow::Ok(answers)
        });
        let each = futures::future::try_join_all(asking).await?;
        let mut all = Answers { server: servers_processor()? - before, ..Answers::default() };
        for answers in each {
            all.add(answers);
        }
        self.asked += all.micros.len() as u64 + stride;
        Ok(all)
    }
}

impl Until {
    fn goes_on(self, begun: Instant, round: u64) -> bool {
        match self {
            Self::Elapsed(most) => begun.elapsed() < most,
            Self::Each(times) => round < times,
        }
    }
}

fn servers_processor() -> anyhow::Result<f64> {
    Ok(proc::processor()? - proc::processor_of(THREAD)?)
}

struct Client {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Client {
    async fn exchange(&mut self, request: &[u8], answers: &mut Answers) -> anyhow::Result<()> {
        let begun = Instant::now();
        self.stream.write_all(request).await?;
        self.read.clear();
        let body = loop {
            if self.stream.read_buf(&mut self.read).await? == 0 {
                bail!("the server closed a connection");
            }
            if let Some(body) = body_of(&self.read)? {
                break body.to_vec();
            }
        };
        answers.micros.push(begun.elapsed().as_secs_f64() * 1_000_000.0);
        answers.bodies.push(body);
        Ok(())
    }
}

/// The body of an answer, once it is there whole.
fn body_of(read: &[u8]) -> anyhow::Result<Option<&[u8]>> {
    let Some(head_ends) = read.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let (head, rest) = read.split_at(head_ends);
    let head = std::str::from_utf8(head)?;
    let body = rest.get(4..).unwrap_or_default();
    if !head.starts_with("HTTP/1.1 200") {
        bail!("the server answered {head}\n{}", String::from_utf8_lossy(body));
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.context("an answer without a length")?.parse()?;
    Ok(body.get(..length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_once_it_is_whole() {
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc";
        assert_eq!(body_of(&answer[..20]).unwrap(), None);
        assert_eq!(body_of(&answer[..answer.len() - 1]).unwrap(), None);
        assert_eq!(body_of(answer).unwrap(), Some(&b"abc"[..]));
    }

    #[test]
    fn an_answer_that_is_not_200_is_a_failure() {
        assert!(body_of(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").is_err());
    }
}
