//! A thousand who subscribe, one who does not read, and those who vanish: over the real socket, with the
//! memory of the real server, and with the others who must not notice.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use futures::{SinkExt, StreamExt, future::join_all};
use serde_json::{Value, json};
use tokio::{
    net::{TcpSocket, TcpStream},
    task::JoinHandle,
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use crate::{
    memory::peak_kb,
    process::{Client, Place, Server, id},
    town::{input, story},
};

/// How long anything may take, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// Files that a process may have open: each subscriber is one, here and there.
fn allow_many_files(process: u32) {
    let (pid, files) = (process.to_string(), "--nofile=8192:");
    let allowed = Command::new("prlimit").args(["--pid", &pid, files]).output();
    let allowed = allowed.expect("prlimit of util-linux sets the limit");
    assert!(allowed.status.success(), "{}", String::from_utf8_lossy(&allowed.stderr));
}

/// A socket that speaks graphql-transport-ws.
struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    async fn open(server: &str, token: &str) -> Self {
        Self::over(TcpSocket::new_v4().unwrap(), server, token).await
    }

    async fn over(socket: TcpSocket, server: &str, token: &str) -> Self {
        let address = server.trim_start_matches("http://");
        let stream = socket.connect(address.parse().unwrap()).await.unwrap();
        let mut request = format!("ws://{address}/graphql/ws").into_client_request().unwrap();
        let protocol = "graphql-transport-ws".parse().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let mut socket = Self(client_async(request, stream).await.unwrap().0);
        let init = json!({"type": "connection_init", "payload": {"token": token}});
        socket.say(&init).await;
        assert_eq!(socket.hear().await.unwrap()["type"], "connection_ack");
        socket
    }

    async fn say(&mut self, message: &Value) {
        self.0.send(Message::Text(message.to_string().into())).await.unwrap();
    }

    /// Follows a pathway from its beginning.
    async fn subscribe(&mut self, operation: u64, pathway: u64, fields: &str) {
        let query = format!(
            "subscription ($id: ID!) {{ steps(pathwayId: $id, after: \"p0\") {{ {fields} }} }}"
        );
        let payload = json!({"query": query, "variables": {"id": id(pathway)}});
        let id = operation.to_string();
        self.say(&json!({"type": "subscribe", "id": id, "payload": payload})).await;
    }

    /// The next message; none where the socket has ended.
    async fn hear(&mut self) -> Option<Value> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => (),
                Some(Ok(_) | Err(_)) | None => return None,
            }
        }
    }

    /// The event of the next step that is told.
    async fn step(&mut self) -> String {
        let told = self.hear().await.expect("the socket lives");
        let event = told["payload"]["data"]["steps"]["eventId"].as_str();
        event.unwrap_or_else(|| panic!("{told}")).to_owned()
    }
}

/// One who reads whatever comes, up to so many steps; says which, and when the last came.
fn reader(mut socket: Socket, count: usize) -> JoinHandle<(Vec<String>, Instant)> {
    tokio::spawn(async move {
        let mut events = Vec::new();
        while events.len() < count {
            events.push(socket.step().await);
        }
        (events, Instant::now())
    })
}

/// Records the n-th steps of these pathways; the events, pathway by pathway.
async fn record(client: &Client, pathways: u64, ns: std::ops::Range<u64>) -> Vec<Vec<String>> {
    let client = client.clone();
    let work = move || {
        let told = story();
        let mut events = vec![Vec::new(); usize::try_from(pathways).unwrap()];
        for n in ns {
            for (all, pathway) in events.iter_mut().zip(1..) {
                let one = &told[usize::try_from(n % 5).unwrap()];
                let answer = client.record(&input(pathway, pathway * 1_000 + n, one));
                all.push(answer["eventId"].as_str().unwrap().to_owned());
            }
        }
        events
    };
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// A thousand sockets, spread over the pathways, each of which has heard of the first step.
async fn crowd(server: &Server, token: &str, pathways: u64, count: u64) -> Vec<Socket> {
    let mut all = Vec::new();
    while (all.len() as u64) < count {
        let from = all.len() as u64;
        let some = (from..count.min(from + 50)).map(|number| async move {
            let mut socket = Socket::open(&server.url, token).await;
            socket.subscribe(1, 1 + number % pathways, "eventId position recordedAt").await;
            socket.step().await;
            socket
        });
        all.extend(join_all(some).await);
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_subscribers_see_every_step_in_time_beside_those_who_vanish() {
    const SUBSCRIBERS: u64 = 1_000;
    const PATHWAYS: u64 = 5;
    const STEPS: u64 = 4;
    let place = Place::new();
    let server = Server::start(&place);
    allow_many_files(std::process::id());
    allow_many_files(server.child.id());
    let token = place.token(&["--organisation", "RJ1"]);
    let client = server.client(Some(token.clone()));
    record(&client, PATHWAYS, 0..1).await;
    let alone = peak_kb(server.child.id());
    let mut peaks = Vec::new();
    for wave in 0..2 {
        let mut sockets = crowd(&server, &token, PATHWAYS, SUBSCRIBERS).await;
        // Of these some never read again, and some are gone without a word.
        let deaf: Vec<Socket> = sockets.drain(..50).collect();
        drop(sockets.drain(..50));
        let first = 1 + wave * STEPS;
        let count = usize::try_from(STEPS).unwrap();
        // What was told before they came is told first, but for the one that they have heard.
        let known = usize::try_from(wave * STEPS).unwrap();
        let readers: Vec<_> =
            sockets.into_iter().map(|socket| reader(socket, known + count)).collect();
        let events = record(&client, PATHWAYS, first..first + STEPS).await;
        let told = Instant::now();
        let seen = timeout(PATIENCE, join_all(readers)).await.expect("a subscriber waits");
        let mut longest = Duration::ZERO;
        for (number, seen) in (100..).zip(seen) {
            let (seen, at) = seen.unwrap();
            let pathway = usize::try_from(number % PATHWAYS).unwrap();
            assert_eq!(seen[known..], events[pathway], "subscriber {number}");
            longest = longest.max(at.saturating_duration_since(told));
        }
        assert!(longest < Duration::from_secs(20), "a step was told after {longest:?}");
        drop(deaf);
        peaks.push(peak_kb(server.child.id()));
    }
    assert!(peaks[0] - alone < 300 * 1_024, "{alone} kB alone, {peaks:?} kB with a thousand");
    assert!(peaks[1] - peaks[0] < 40 * 1_024, "it grows with every thousand: {peaks:?} kB");
}
