//! Alerts to a receiver of https: delivered to whom its authority vouches for, and to nobody else.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{ServerConfig, ServerConnection, StreamOwned, pki_types::PrivateKeyDer};

use super::*;

/// An authority to throw away.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A receiver with a certificate about `localhost`: its port, and what it received.
fn receiver(authority: &CertifiedIssuer<'static, KeyPair>) -> (u16, Receiver<Came>) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, authority).unwrap().der().clone();
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    // Named, for the packages of the workspace bring two, and then none is taken by itself.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider);
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let config = Arc::new(config.with_single_cert(vec![certificate], key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (told, came) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            // Who does not trust us ends before a request comes.
            if stream.conn.complete_io(&mut stream.sock).is_err() {
                continue;
            }
            let came = read(&mut stream);
            drop(stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n"));
            if told.send(came).is_err() {
                return;
            }
        }
    });
    (port, came)
}

/// A server that sends to this port and trusts the authority of this PEM.
fn sending(place: &Place, port: u16, pem: &str) -> Server {
    fs::write(place.path().join("ca.pem"), pem).unwrap();
    let url = format!("https://localhost:{port}/alerts");
    write_settings(place, &url, 0, "ca_file = \"ca.pem\"\n");
    Server::of(place, ticking(place))
}

#[test]
fn an_alert_goes_over_https_to_whom_the_named_authority_vouches_for() {
    let (place, authority) = (Place::new(), authority());
    let (port, came) = receiver(&authority);
    let server = sending(&place, port, &authority.pem());
    let client = server.staff(&place);
    report(&client, 1..=1);
    let ids = raised(&client, 2);
    let taken: BTreeSet<String> = (0..2)
        .map(|_| came.recv_timeout(Duration::from_secs(120)).unwrap())
        .map(|came| came.headers["webhook-id"].clone())
        .collect();
    assert_eq!(taken, ids);
}

#[test]
fn an_alert_to_whom_nobody_vouches_for_is_tried_again_given_up_with_why_and_sent_once_it_is_put_right()
 {
    let (place, theirs) = (Place::new(), authority());
    let (port, came) = receiver(&theirs);
    let server = sending(&place, port, &authority().pem());
    let client = server.staff(&place);
    report(&client, 1..=1);
    let ids = raised(&client, 2);
    let listed = until("the list", || {
        let answer = client.ask(LISTED, &json!({}));
        let listed = answer["data"]["undeliveredAlerts"].as_array()?.clone();
        (listed.len() == 2).then_some(listed)
    });
    for one in &listed {
        let why = one["why"].as_str().unwrap();
        assert!(
            why.starts_with("its certificate is not trusted") && why.contains("ca_file"),
            "{why}"
        );
        assert_eq!(one["attempts"], 3, "tried again before it was given up: {one}");
    }
    assert!(came.try_recv().is_err(), "an alert was told to a stranger");
    drop(server);
    let server = sending(&place, port, &theirs.pem());
    let client = server.staff(&place);
    assert_eq!(client.ask("mutation { retryAlerts }", &json!({}))["data"]["retryAlerts"], 2);
    let taken: BTreeSet<String> = (0..2)
        .map(|_| came.recv_timeout(Duration::from_secs(120)).unwrap())
        .map(|came| came.headers["webhook-id"].clone())
        .collect();
    assert_eq!(taken, ids);
}
