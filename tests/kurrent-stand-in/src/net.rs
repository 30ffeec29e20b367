//! The connections of a node, with TLS or without.

use std::{
    future,
    io::{self, ErrorKind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures::{Stream, StreamExt, stream};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
};
use tonic::transport::server::Connected;

use crate::{ice::Ice, settings::Identity};

/// Handshakes of TLS that may go on at once.
const HANDSHAKES_MAX: usize = 64;

trait Both: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Both for T {}

/// One connection; whether it is encrypted is forgotten.
pub(crate) struct Wire {
    io: Box<dyn Both>,
    ice: Arc<Ice>,
}

impl Connected for Wire {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

/// Whoever connects to `listener` and gets through the handshake.
pub(crate) fn incoming(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    ice: Arc<Ice>,
) -> impl Stream<Item = io::Result<Wire>> {
    let sockets = stream::unfold(listener, |listener| async move {
        let socket = listener.accept().await.map(|(socket, _)| socket);
        Some((socket, listener))
    });
    let connections = sockets.map(move |socket| greet(socket, tls.clone(), Arc::clone(&ice)));
    // Whoever fails to say hello is no reason to stop listening.
    let greeted = connections.buffer_unordered(HANDSHAKES_MAX);
    greeted.filter_map(|wire| future::ready(wire.ok().map(Ok)))
}

async fn greet(
    socket: io::Result<TcpStream>,
    tls: Option<TlsAcceptor>,
    ice: Arc<Ice>,
) -> io::Result<Wire> {
    let socket = socket?;
    socket.set_nodelay(true)?;
    let io: Box<dyn Both> = match tls {
        None => Box::new(socket),
        Some(tls) => Box::new(tls.accept(socket).await?),
    };
    Ok(Wire { io, ice })
}

/// What lets callers in who speak TLS and HTTP/2.
pub(crate) fn acceptor(identity: &Identity) -> io::Result<TlsAcceptor> {
    let invalid =
        |error: &dyn std::error::Error| io::Error::new(ErrorKind::InvalidInput, error.to_string());
    let chain: Result<Vec<_>, _> =
        CertificateDer::pem_slice_iter(identity.certificates.as_bytes()).collect();
    let chain = chain.map_err(|error| invalid(&error))?;
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes());
    let key = key.map_err(|error| invalid(&error))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key));
    let mut config = config.map_err(|error| invalid(&error))?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.ice.holds(context) {
            return Poll::Pending;
        }
        Pin::new(&mut self.io).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.ice.holds(context) {
            return Poll::Pending;
        }
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.ice.holds(context) {
            return Poll::Pending;
        }
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}
