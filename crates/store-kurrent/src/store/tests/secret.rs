//! Who may in, over what way, and what is never said of it.

use event_store::contract::TestClock;
use kurrent_stand_in::{Cluster, Identity, Settings, User};

use super::{NOON, over};
use crate::{Address, KurrentStore, OpenError};

/// An error with all that stands beneath it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut said = format!("{error} {error:?}");
    let mut cause = error.source();
    while let Some(beneath) = cause {
        said = format!("{said}: {beneath} {beneath:?}");
        cause = beneath.source();
    }
    said
}

async fn refused(address: &str) -> OpenError {
    let address: Address = address.parse().unwrap();
    let mut options = crate::Options::new(TestClock::at(NOON).source());
    super::impatient(&mut options);
    options.patience = std::time::Duration::from_millis(500);
    match KurrentStore::open_with(&address, options).await {
        Ok(_) => panic!("it was let in"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn no_error_says_the_password() {
    let user = User { name: "ward".to_owned(), password: "right".to_owned() };
    let cluster = Cluster::start(Settings { user: Some(user), ..Settings::default() }).unwrap();
    let (_store, trial) = over(&cluster.address(), super::impatient).await;
    trial.begun(1).await;
    let port = cluster.node(0).port();
    for address in [
        format!("kurrentdb://ward:s3cret@127.0.0.1:{port}?tls=false"),
        "kurrentdb://ward:s3cret@127.0.0.1:1?tls=false&maxDiscoverAttempts=1".to_owned(),
        format!("kurrentdb://ward:s3cret@127.0.0.1:{port}?tls=true"),
        format!("kurrentdb://ward:s3cret@127.0.0.1:{port}?tls=true&tlsCaFile=/nowhere.pem"),
    ] {
        let error = refused(&address).await;
        let said = chain(&error);
        assert!(matches!(error, OpenError::Unreachable { .. }), "{said}");
        assert!(!said.contains("s3cret") && !said.contains("ward:"), "{said}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_say_where_an_event_stands_is_refused() {
    for (version, hidden) in [("22.6.0", false), ("0.0.0", true)] {
        let positions_in_streams = false;
        let version = version.to_owned();
        let settings = Settings { positions_in_streams, version, ..Settings::default() };
        let cluster = Cluster::start(settings).unwrap();
        if !hidden {
            let error = refused(&cluster.address()).await;
            assert!(matches!(error, OpenError::TooOld { .. }), "{error}");
            continue;
        }
        let (_store, trial) = over(&cluster.address(), super::impatient).await;
        let (stream, _) = trial.begun(1).await;
        let read = trial.read_streams(&[stream]).await.unwrap_err().to_string();
        assert!(read.contains("too old"), "{read}");
    }
}

#[tokio::test]
async fn the_way_is_encrypted_and_the_certificate_is_checked() {
    let key = rcgen::KeyPair::generate().unwrap();
    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let shown = rcgen::CertificateParams::new(names).unwrap().self_signed(&key).unwrap();
    let identity = Identity { certificates: shown.pem(), key: key.serialize_pem() };
    let settings = Settings { nodes: 3, identity: Some(identity), ..Settings::default() };
    let cluster = Cluster::start(settings).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let authority = directory.path().join("ca.pem");
    std::fs::write(&authority, shown.pem()).unwrap();
    let address = format!("{}&tlsCaFile={}", cluster.address(), authority.display());
    let (_store, trial) = over(&address, super::impatient).await;
    let (stream, _) = trial.begun(3).await;
    cluster.node(cluster.leader().unwrap()).kill().unwrap();
    assert_eq!(trial.whole(stream).await.len(), 3);
    let unknown = refused(&cluster.address()).await;
    assert!(matches!(unknown, OpenError::Unreachable { .. }), "{unknown}");
}
