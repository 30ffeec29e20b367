//! The signature, the settings, and what is kept of alerts that were not taken.

mod https;

use super::{endpoint::Secret, signing::signature, *};

/// Worked out by another program: HMAC-SHA-256 over `id.timestamp.body`, in base 64.
#[test]
fn a_signature_is_what_a_receiver_works_out_from_id_time_and_body() {
    let signed = signature(b"sixteen bytes or more", "0e3c", 1_614_265_330, br#"{"test": 1}"#);
    assert_eq!(signed.unwrap(), "v1,O8/9uNveWd3cIgK4sGl9d17sISp83n82zr3/FhqcSDg=");
}

fn read(text: &str) -> anyhow::Result<Vec<Endpoint>> {
    #[derive(serde::Deserialize)]
    struct File {
        webhook: Vec<EndpointText>,
    }
    let file: File = toml::from_str(text)?;
    Endpoint::read_all(&file.webhook)
}

/// The settings of one endpoint with a sound secret, and these lines.
fn one(dir: &tempfile::TempDir, url: &str, more: &str) -> String {
    let secret = dir.path().join("secret");
    std::fs::write(&secret, "sixteen bytes or more\n").unwrap();
    format!("[[webhook]]\nname = \"desk\"\nurl = \"{url}\"\nsecret_file = {secret:?}\n{more}\n")
}

#[test]
fn an_endpoint_is_read_with_its_secret_which_does_not_print() {
    let dir = tempfile::tempdir().unwrap();
    let [endpoint] = read(&one(&dir, "http://desk:9000/in?x=1", "")).unwrap().try_into().unwrap();
    let place = endpoint.place;
    assert_eq!((place.host.as_str(), place.port, place.path.as_str()), ("desk", 9000, "/in?x=1"));
    assert!(endpoint.tls.is_none());
    assert_eq!(endpoint.secret, Secret::of(b"sixteen bytes or more"));
    assert!(!format!("{:?}", endpoint.secret).contains("sixteen"));
}

#[test]
fn an_endpoint_of_https_has_its_port_and_a_file_of_authorities_belongs_to_it_alone() {
    let dir = tempfile::tempdir().unwrap();
    let [endpoint] = read(&one(&dir, "https://[::1]/in", "")).unwrap().try_into().unwrap();
    let place = endpoint.place;
    assert_eq!((place.host.as_str(), place.port), ("::1", 443));
    assert_eq!(place.authority, "[::1]:443");
    assert!(endpoint.tls.is_some());
    let named =
        |url: &str| format!("{:#}", read(&one(&dir, url, "ca_file = \"none.pem\"")).unwrap_err());
    assert!(named("https://desk/").contains("its `ca_file` none.pem cannot be used"));
    assert!(named("http://desk/").contains("expected an https `url`"), "{}", named("http://desk/"));
}

#[test]
fn what_cannot_be_an_endpoint_is_refused_with_what_would_be_right() {
    let dir = tempfile::tempdir().unwrap();
    let refused = |text: &str| format!("{:#}", read(text).unwrap_err());
    let sound = one(&dir, "http://desk/", "");
    assert!(refused(&one(&dir, "ftp://desk/", "")).contains("no scheme that is known"));
    assert!(refused(&one(&dir, "/in", "")).contains("https://host:port/path"));
    for url in ["http://us:open@desk/", "http://us@desk/"] {
        let said = refused(&one(&dir, url, ""));
        assert!(said.contains("has a user or a password") && !said.contains("open"), "{said}");
    }
    assert!(refused(&one(&dir, "http://desk/", "pause_first_ms = 0")).contains("its times"));
    assert!(refused(&format!("{sound}{sound}")).contains("two webhooks are called `desk`"));
    assert!(refused(&one(&dir, "http://desk/", "sekret = 1")).contains("sekret"));
    std::fs::write(dir.path().join("short"), "short\n").unwrap();
    let short = sound.replace("/secret", "/short");
    assert!(refused(&short).contains("has 5 bytes: expected 16 or more"), "{}", refused(&short));
    assert!(refused(&sound.replace("/secret", "/none")).contains("cannot be read"));
}

#[test]
fn a_pause_is_between_its_half_and_its_whole() {
    let pause = Duration::from_secs(1);
    for _ in 0..200 {
        let waited = jittered(pause).unwrap();
        assert!((Duration::from_millis(500)..=pause).contains(&waited), "{waited:?}");
    }
}

#[test]
fn an_alert_that_was_given_up_is_listed_and_asked_for_again_by_whoever_may() {
    use api::Deliveries;
    let dir = tempfile::tempdir().unwrap();
    let shelf = cabinet::Cabinet::in_directory(dir.path()).unwrap().shelf;
    let given_up = GivenUp(Arc::clone(&shelf));
    let (id, why, given_up_at) = (uuid::Uuid::from_u128(1), "503".to_owned(), edge::now());
    let dead = Dead { id, position: Position(5), attempts: 3, given_up_at, why };
    for endpoint in ["desk", "other"] {
        shelf.bury(endpoint, &dead, None).unwrap();
    }
    let listed = given_up.dead().unwrap();
    let shown: Vec<_> = listed.iter().map(|one| (one.endpoint.as_str(), one.id)).collect();
    assert_eq!(shown, [("desk", id), ("other", id)]);
    assert_eq!((listed[0].attempts, listed[0].why.as_str()), (3, "503"));
    assert_eq!(given_up.retry(Some("desk"), Some(id)).unwrap(), 1);
    assert_eq!(shelf.next_again("desk").unwrap().next.unwrap().id, id);
    assert!(shelf.next_again("other").unwrap().next.is_none());
}
