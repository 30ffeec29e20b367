//! One attempt at an endpoint of https: whom it trusts, what it makes of an answer, and where it stops.

use std::{sync::Arc, time::Instant};

use api::{AlertKind, schema::scalars::LogPosition};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::*;
use crate::{tls, webhooks::sending};

/// An authority to throw away.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// The receiver's side, with a certificate by this authority about `localhost`.
fn accepting(authority: &CertifiedIssuer<'static, KeyPair>) -> TlsAcceptor {
    tls::install();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![certificate.der().clone()], key).unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// A receiver that does this with its first connection, and how to send to it.
struct Receiver {
    dir: tempfile::TempDir,
    port: u16,
    at_work: JoinHandle<String>,
}

impl Receiver {
    async fn that<F, Fut>(does: F) -> Self
    where
        F: FnOnce(TlsStream<TcpStream>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send,
    {
        let authority = authority();
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("ca.pem"), authority.pem()).unwrap();
        let acceptor = accepting(&authority);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let at_work = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else { return String::new() };
            let asked = head(&mut stream).await;
            does(stream).await;
            asked
        });
        Self { dir, port, at_work }
    }

    /// The endpoint, which trusts the receiver's authority unless another file is named.
    fn endpoint(&self, ca_file: Option<&str>, timeout_ms: u32) -> Endpoint {
        let ours = self.dir.path().join("ca.pem");
        let ca_file = ca_file.unwrap_or(ours.to_str().unwrap());
        let url = format!("https://localhost:{}/alerts", self.port);
        let more = format!("ca_file = \"{ca_file}\"\ntimeout_ms = {timeout_ms}");
        let [endpoint] = read(&one(&self.dir, &url, &more)).unwrap().try_into().unwrap();
        endpoint
    }

    /// Why one attempt failed.
    async fn failing(&self, timeout_ms: u32) -> String {
        let endpoint = self.endpoint(None, timeout_ms);
        sending::post(&endpoint, &alert(), 0).await.unwrap_err().why
    }
}

/// What is asked, to the end of its headers.
async fn head(stream: &mut TlsStream<TcpStream>) -> String {
    let mut asked = Vec::new();
    while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
        asked.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(asked).unwrap()
}

fn alert() -> Alert {
    Alert {
        id: uuid::Uuid::from_u128(1).into(),
        kind: AlertKind::FeedSilent,
        position: LogPosition(Position(1)),
        recorded_at: edge::now(),
        occurred_at: "2026-01-05".to_owned(),
        pathway_id: None,
        feed: Some("RWA/result-notices".to_owned()),
        source_system: None,
        message_ref: None,
        rule: None,
        rule_version: None,
        trigger: None,
        organisation: Some("RWA".to_owned()),
        alarm_to: None,
        received: Some(0),
        usual: Some(40),
        resolves: None,
        outcome: None,
        resolved_by: None,
    }
}

/// Says this and ends; whoever reads may have gone.
async fn say(mut stream: TlsStream<TcpStream>, text: &[u8]) {
    drop(stream.write_all(text).await);
    drop(stream.shutdown().await);
}

#[tokio::test]
async fn an_alert_is_delivered_to_whom_an_authority_that_is_named_vouches_for() {
    let receiver = Receiver::that(|stream| say(stream, b"HTTP/1.1 204 No Content\r\n\r\n")).await;
    sending::post(&receiver.endpoint(None, 60_000), &alert(), 0).await.unwrap();
    let asked = receiver.at_work.await.unwrap();
    assert!(asked.starts_with("POST /alerts HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains(&format!("host: localhost:{}\r\n", receiver.port)), "{asked}");
}

#[tokio::test]
async fn whom_no_trusted_authority_vouches_for_is_told_nothing_and_tried_again() {
    let receiver = Receiver::that(|stream| say(stream, b"HTTP/1.1 204 No Content\r\n\r\n")).await;
    let other = receiver.dir.path().join("other.pem");
    std::fs::write(&other, authority().pem()).unwrap();
    let endpoint = receiver.endpoint(other.to_str(), 60_000);
    let failed = sending::post(&endpoint, &alert(), 0).await.unwrap_err();
    assert!(failed.why.starts_with("its certificate is not trusted: "), "{}", failed.why);
    assert!(failed.why.contains("`ca_file`") && !failed.for_good, "{}", failed.why);
    assert_eq!(receiver.at_work.await.unwrap(), "", "nothing was said before the trust was there");
}

#[tokio::test]
async fn a_certificate_about_somebody_else_is_not_trusted() {
    let receiver = Receiver::that(|stream| say(stream, b"HTTP/1.1 204 No Content\r\n\r\n")).await;
    let mut endpoint = receiver.endpoint(None, 60_000);
    endpoint.tls.as_mut().unwrap().name = "desk.example".try_into().unwrap();
    let failed = sending::post(&endpoint, &alert(), 0).await.unwrap_err();
    assert!(failed.why.starts_with("its certificate is not trusted: "), "{}", failed.why);
}

#[tokio::test]
async fn a_redirection_is_an_answer_and_is_not_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to = elsewhere.local_addr().unwrap();
    let receiver = Receiver::that(move |stream| async move {
        let text = format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{to}/\r\n\r\n");
        say(stream, text.as_bytes()).await;
    })
    .await;
    assert_eq!(receiver.failing(60_000).await, "the answer was 307");
    let came = std::future::poll_fn(|cx| std::task::Poll::Ready(elsewhere.poll_accept(cx))).await;
    assert!(came.is_pending(), "somebody came to where the redirection leads");
}

#[tokio::test]
async fn an_answer_of_megabytes_is_not_read() {
    // Its status is a receipt; who sends a body as well finds that nobody reads it.
    let receiver = Receiver::that(|mut stream| async move {
        let begun = b"HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n";
        drop(stream.write_all(begun).await);
        let piece = vec![b'x'; 64 * 1024];
        let mut sent = 0_usize;
        while stream.write_all(&piece).await.is_ok() {
            sent += piece.len();
        }
        assert!(sent < 64 * 1024 * 1024, "{sent} bytes were taken");
    })
    .await;
    sending::post(&receiver.endpoint(None, 60_000), &alert(), 0).await.unwrap();
    receiver.at_work.await.unwrap();
}

#[tokio::test]
async fn headers_without_an_end_are_no_answer() {
    let receiver = Receiver::that(|mut stream| async move {
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\nx: ").await);
        while stream.write_all(&[b'x'; 1024]).await.is_ok() {}
    })
    .await;
    let why = receiver.failing(60_000).await;
    assert!(why.starts_with("the endpoint cannot be reached: "), "{why}");
    receiver.at_work.await.unwrap();
}

#[tokio::test]
async fn an_answer_that_drips_is_cut_off_in_time() {
    let receiver = Receiver::that(|mut stream| async move {
        let mut drip = tokio::time::interval(Duration::from_millis(20));
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\nx: ").await);
        while stream.write_all(b"x").await.is_ok() && stream.flush().await.is_ok() {
            drip.tick().await;
        }
    })
    .await;
    let begun = Instant::now();
    assert_eq!(receiver.failing(2_000).await, "no answer in time");
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    receiver.at_work.await.unwrap();
}

#[tokio::test]
async fn a_host_that_no_directory_of_names_knows_is_said_to_be_out_of_reach() {
    let dir = tempfile::tempdir().unwrap();
    let url = "https://desk.invalid/alerts";
    let [endpoint] = read(&one(&dir, url, "timeout_ms = 60000")).unwrap().try_into().unwrap();
    let failed = sending::post(&endpoint, &alert(), 0).await.unwrap_err();
    assert!(failed.why.starts_with("the endpoint cannot be reached: "), "{}", failed.why);
    assert!(!failed.for_good);
}
