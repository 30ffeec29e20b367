//! Takes connections and serves each, until told to stop. What a client does not send in time is not
//! waited for: a stranger who sends half a request head holds no connection for long.

use std::{io, pin::pin, time::Duration};

use axum::Router;
use hyper::server::conn::http1::Builder;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long the head of a request may take, also the first after a connection is made or kept open.
const HEAD_TIME_MAX: Duration = Duration::from_secs(60);

/// How long is waited after a connection could not be taken, so that the reason may pass.
const PAUSE: Duration = Duration::from_millis(200);

/// Serves until `stopped`, then until every connection has ended.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    stopped: CancellationToken,
) -> io::Result<()> {
    let (builder, open) = (builder(HEAD_TIME_MAX), TaskTracker::new());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped.cancelled() => break,
        };
        match accepted {
            Ok((stream, _)) => {
                let (builder, router, stopped) = (builder.clone(), router.clone(), stopped.clone());
                open.spawn(connection(builder, stream, router, stopped));
            }
            Err(error) => {
                tracing::error!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    open.close();
    open.wait().await;
    Ok(())
}

fn builder(head_time_max: Duration) -> Builder {
    let mut builder = Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(head_time_max);
    builder
}

/// Serves one connection; once stopped, the request that it is at and no other.
async fn connection(
    builder: Builder,
    stream: TcpStream,
    router: Router,
    stopped: CancellationToken,
) {
    let service = TowerToHyperService::new(router);
    let served = builder.serve_connection(TokioIo::new(stream), service).with_upgrades();
    let mut served = pin!(served);
    let ended = tokio::select! {
        ended = served.as_mut() => ended,
        () = stopped.cancelled() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// A client of a server that waits so long for a head, and what stops the server.
    async fn client(head_time_max: Duration) -> (TcpStream, CancellationToken) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let router = Router::new().route("/", get(|| async { "here" }));
        let stopped = CancellationToken::new();
        tokio::spawn(connection(builder(head_time_max), stream, router, stopped.clone()));
        (client, stopped)
    }

    #[tokio::test]
    async fn half_a_head_is_not_waited_for() {
        let (mut client, _stopped) = client(Duration::from_millis(50)).await;
        client.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nx:").await.unwrap();
        let mut said = Vec::new();
        client.read_to_end(&mut said).await.unwrap();
        assert!(!String::from_utf8_lossy(&said).contains("here"), "it was served");
    }

    #[tokio::test]
    async fn a_whole_head_is_served_and_its_connection_ends_when_the_server_does() {
        let (mut client, stopped) = client(HEAD_TIME_MAX).await;
        client.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut said = [0; 15];
        client.read_exact(&mut said).await.unwrap();
        assert_eq!(&said, b"HTTP/1.1 200 OK");
        stopped.cancel();
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).await.unwrap();
        assert!(String::from_utf8_lossy(&rest).ends_with("here"));
    }
}
