//! The way to the database: encrypted where it is said, and to whom it is said.

use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use event_store::contract::TestClock;
use postgres_for_tests::{Cluster, Database};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;

use super::{NOON, PostgresStore};
use crate::OpenError;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server whose certificate names its address, and not `localhost`.
fn server(authority: &Authority) -> Cluster {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    Cluster::prepared("ssl = on", |data| {
        fs::write(data.join("server.crt"), certificate.pem()).unwrap();
        write_for_its_owner(&data.join("server.key"), &key.serialize_pem());
    })
}

fn write_for_its_owner(path: &Path, text: &str) {
    let mut options = fs::OpenOptions::new();
    let file = options.create_new(true).write(true).mode(0o600).open(path).unwrap();
    std::io::Write::write_all(&mut &file, text.as_bytes()).unwrap();
}

async fn opened(address: &str) -> Result<PostgresStore, OpenError> {
    PostgresStore::open(&address.parse().unwrap(), TestClock::at(NOON).source()).await
}

/// Whether every connection of ours is encrypted; none where there is no connection.
fn all_encrypted(cluster: &Cluster) -> Option<String> {
    let ours = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE application_name = 'waymark'";
    cluster.run(ours).unwrap()
}

#[tokio::test]
async fn a_server_is_taken_only_with_a_certificate_that_fits() {
    let (ours, other) = (authority(), authority());
    let cluster = server(&ours);
    let files = TempDir::new().unwrap();
    let root = |name: &str, authority: &Authority| {
        let path = files.path().join(name);
        fs::write(&path, authority.pem()).unwrap();
        path.display().to_string()
    };
    let (ours, other) = (root("ours.pem", &ours), root("other.pem", &other));
    let here = cluster.tcp_address("postgres", "postgres");
    let by_name = here.replace("127.0.0.1", "localhost");

    let verified = opened(&format!("{here}?sslmode=verify-full&sslrootcert={ours}")).await.unwrap();
    assert_eq!(all_encrypted(&cluster).as_deref(), Some("t"));
    drop(verified);
    let unverified = opened(&format!("{here}?sslmode=require")).await.unwrap();
    assert_eq!(all_encrypted(&cluster).as_deref(), Some("t"));
    drop(unverified);
    for refused in [
        format!("{here}?sslmode=verify-full&sslrootcert={other}"),
        format!("{by_name}?sslmode=verify-full&sslrootcert={ours}"),
        format!("{here}?sslmode=verify-full"),
    ] {
        assert!(opened(&refused).await.is_err(), "{refused}");
    }
    let open = opened(&format!("{here}?sslmode=disable")).await.unwrap();
    assert_eq!(all_encrypted(&cluster).as_deref(), Some("f"));
    drop(open);
}

#[tokio::test]
async fn a_server_that_does_not_encrypt_is_refused_where_that_is_required() {
    let database = Database::fresh();
    let here = database.address_at(&database.tcp());
    let refused = opened(&format!("{here}?sslmode=require")).await.err().unwrap();
    assert!(matches!(refused, OpenError::Unreachable { .. }), "{refused:?}");
    assert!(format!("{refused:?}").contains("does not support TLS"), "{refused:?}");
}
