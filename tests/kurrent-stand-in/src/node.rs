//! One node that runs: its port, and the threads that serve it. To kill it is to end them.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    thread,
    time::Duration,
};

use tokio::{
    net::TcpSocket,
    runtime::{Builder, Runtime},
};
use tokio_rustls::TlsAcceptor;
use tonic::transport::Server;

use crate::{
    door::Door,
    ice::Ice,
    net,
    wire::{
        gossip::gossip_server::GossipServer,
        server_features::server_features_server::ServerFeaturesServer,
        streams::streams_server::StreamsServer,
    },
};

/// Bytes of one message at most; the server's own limit is near it.
const MESSAGE_MAX: usize = 17 * 1024 * 1024;

/// Callers that wait to be accepted.
const BACKLOG: u32 = 1024;

/// A port that is ours. It is held also while nobody listens, so that no other process gets it: who
/// connects then is refused.
pub(crate) fn hold(port: u16) -> io::Result<(TcpSocket, u16)> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    let port = socket.local_addr()?.port();
    Ok((socket, port))
}

/// The threads of a node. Dropping it cuts every connection and closes the port.
#[derive(Debug)]
pub(crate) struct Running(Option<Runtime>);

/// Serves on `socket` until it is dropped.
pub(crate) fn run(
    door: Door,
    socket: TcpSocket,
    tls: Option<TlsAcceptor>,
    ice: Arc<Ice>,
) -> io::Result<Running> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name(format!("kurrent-{}", door.node))
        .enable_all()
        .build()?;
    let listener = {
        let _inside = runtime.enter();
        socket.listen(BACKLOG)?
    };
    let streams = StreamsServer::new(door.clone())
        .max_decoding_message_size(MESSAGE_MAX)
        .max_encoding_message_size(MESSAGE_MAX);
    let server = Server::builder()
        .add_service(streams)
        .add_service(GossipServer::new(door.clone()))
        .add_service(ServerFeaturesServer::new(door));
    runtime.spawn(server.serve_with_incoming(net::incoming(listener, tls, ice)));
    Ok(Running(Some(runtime)))
}

impl Drop for Running {
    /// On a thread of its own, for a runtime may not end inside another.
    fn drop(&mut self) {
        const PATIENCE: Duration = Duration::from_secs(5);
        let Some(runtime) = self.0.take() else { return };
        let ending = thread::spawn(move || runtime.shutdown_timeout(PATIENCE));
        // A thread of it that panicked has said so itself.
        ending.join().unwrap_or_default();
    }
}
