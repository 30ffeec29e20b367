//! TLS and the one user.

use std::{fs, path::Path};

use eventstore::{Error, ReadStreamOptions, StreamState};
use kurrent_stand_in::{Cluster, Identity, Settings, User};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use crate::caller::{append, at, client, event, numbers, read};

/// A node with a certificate, and in `authority.pem` of the folder whoever signed it.
fn secure(folder: &Path) -> Cluster {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    fs::write(folder.join("authority.pem"), authority.pem()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    let identity = Identity { certificates: certificate.pem(), key: key.serialize_pem() };
    Cluster::start(Settings { identity: Some(identity), ..Settings::default() }).unwrap()
}

#[tokio::test]
async fn who_trusts_the_authority_speaks_tls() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = secure(folder.path());
    let ca_file = folder.path().join("authority.pem");
    let address = format!("{}&tlsCaFile={}", cluster.address(), ca_file.display());
    let client = client(&address);
    append(&client, "a-1", 1..3).await;
    assert_eq!(numbers(&read(&client, "a-1", ReadStreamOptions::default()).await), [1, 2]);
}

#[tokio::test]
async fn who_does_not_trust_it_gets_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = secure(folder.path());
    let wary = client(&cluster.address());
    let refused = wary.append_to_stream("a-1", &at(StreamState::Any), event(1)).await;
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(cluster.asked().appends, 0);
}

#[test]
fn an_identity_that_is_no_pem_is_refused() {
    let identity = Identity { certificates: "none".to_owned(), key: "none".to_owned() };
    let refused = Cluster::start(Settings { identity: Some(identity), ..Settings::default() });
    assert_eq!(refused.unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
}

#[tokio::test]
async fn only_the_one_user_is_let_in() {
    let user = User { name: "admin".to_owned(), password: "changeit".to_owned() };
    let cluster = Cluster::start(Settings { user: Some(user), ..Settings::default() }).unwrap();
    append(&client(&cluster.address()), "a-1", 1..2).await;
    let nobody = client(&cluster.node(0).address());
    let refused = nobody.append_to_stream("a-1", &at(StreamState::Any), event(2)).await;
    assert!(matches!(refused, Err(Error::AccessDenied)), "{refused:?}");
    let wrong = cluster.address().replace("changeit", "changed");
    let refused = client(&wrong).append_to_stream("a-1", &at(StreamState::Any), event(2)).await;
    assert!(matches!(refused, Err(Error::AccessDenied)), "{refused:?}");
    assert_eq!(cluster.asked().appends, 1);
}
