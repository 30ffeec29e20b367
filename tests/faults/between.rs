//! One who stands between a server and PostgreSQL, and cuts the line when a commit comes by.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicU64, Ordering},
    },
    thread,
};

/// What becomes of the commits on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Passed,
    /// The line is cut before the database hears of it.
    LostOnTheWay,
    /// The database has done it, and the line is cut before anybody hears.
    AnswerLost,
}

/// How a commit ends on the wire, asked for and answered alike.
const COMMIT: &[u8] = b"COMMIT\0";

/// The proxy. It stands until the process ends.
pub(crate) struct Between {
    /// `host:port` where it listens.
    pub(crate) address: String,
    shared: Arc<Shared>,
}

struct Shared {
    fate: AtomicU8,
    cuts: AtomicU64,
}

impl Between {
    /// Stands before the server at `host:port` and lets everything pass.
    pub(crate) fn stand(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let fate = AtomicU8::new(Fate::Passed as u8);
        let shared = Arc::new(Shared { fate, cuts: AtomicU64::new(0) });
        let told = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(&server) else { continue };
                pass(&client, &server, &told);
            }
        });
        Self { address, shared }
    }

    /// From now on every commit has this fate.
    pub(crate) fn commits_are(&self, fate: Fate) {
        self.shared.fate.store(fate as u8, Ordering::SeqCst);
    }

    /// How many lines were cut.
    pub(crate) fn cuts(&self) -> u64 {
        self.shared.cuts.load(Ordering::SeqCst)
    }
}

/// Hands on both ways, each on a thread of its own.
fn pass(client: &TcpStream, server: &TcpStream, shared: &Arc<Shared>) {
    for (from, to, fate) in
        [(client, server, Fate::LostOnTheWay), (server, client, Fate::AnswerLost)]
    {
        let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            hand_on(&from, &to, fate, &shared);
            // Both lines go at once, whoever ended: a socket that is closed already stays so.
            drop((from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both)));
        });
    }
}

/// Hands bytes on until one side ends, or until a commit meets its fate.
fn hand_on(mut from: &TcpStream, mut to: &TcpStream, ours: Fate, shared: &Shared) {
    let mut buffer = vec![0; 65_536];
    let mut tail: Vec<u8> = Vec::new();
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let bytes = &buffer[..count];
        // One that lies across two reads is seen too.
        tail.extend_from_slice(bytes);
        let commits = tail.windows(COMMIT.len()).any(|seen| seen == COMMIT);
        if commits && shared.fate.load(Ordering::SeqCst) == ours as u8 {
            shared.cuts.fetch_add(1, Ordering::SeqCst);
            return;
        }
        let kept = tail.len().saturating_sub(COMMIT.len() - 1);
        tail.drain(..kept);
        if to.write_all(bytes).is_err() {
            return;
        }
    }
}
