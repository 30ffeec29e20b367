//! The key of tokens, and what every route says.

use axum::{body::Body, http::Request};
use metrics_exporter_prometheus::PrometheusBuilder;
use std::path::Path;

use tower::ServiceExt;

use super::*;

#[test]
fn the_key_is_made_once_and_closed_to_others() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    token_key(&Secrets::Directory(dir.path().to_owned())).unwrap();
    let path = dir.path().join("token.key");
    let first = std::fs::read(&path).unwrap();
    assert_eq!(first.len(), 32);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    token_key(&Secrets::Directory(dir.path().to_owned())).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), first);
}

#[test]
fn a_key_that_is_cut_short_is_refused_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("token.key");
    for bytes in [&b""[..], b"short"] {
        std::fs::write(&path, bytes).unwrap();
        let refused =
            token_key(&Secrets::Directory(dir.path().to_owned())).unwrap_err().to_string();
        assert!(refused.contains("where 32 are expected"), "{refused}");
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }
}

#[test]
fn a_key_that_cannot_be_read_is_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("token.key");
    std::fs::create_dir(&path).unwrap();
    let refused = token_key(&Secrets::Directory(dir.path().to_owned())).unwrap_err().to_string();
    assert!(refused.contains("cannot be read"), "{refused}");
    assert!(path.is_dir());
}

async fn answer(router: &Router, path: &str) -> (Response, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = router.clone().oneshot(request).await.unwrap();
    let (head, body) = answer.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    (Response::from_parts(head, Body::empty()), text)
}

fn routes(house: &House, dir: &Path, allow_demo_identity: bool) -> Router {
    let settings = Settings {
        public_per_second_max: 50,
        queue_appends_max: None,
        store: crate::log::Place::Directory,
        data_dir: dir.to_owned(),
        listen: "127.0.0.1:0".parse().unwrap(),
        allow_demo_identity,
        log: "warn".to_owned(),
        deadlines_from: None,
        tick: std::time::Duration::from_secs(60),
        webhooks: Vec::new(),
    };
    let metrics = PrometheusBuilder::new().build_recorder().handle();
    let key = token_key(&Secrets::Directory(dir.to_owned())).unwrap();
    let site = Site { settings: &settings, house, key, metrics };
    router(site, CancellationToken::new(), TaskTracker::new())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_identity_that_was_let_out_is_told_on_every_route() {
    let dir = tempfile::tempdir().unwrap();
    let house = House::open(dir.path()).await.unwrap();
    for allowed in [true, false] {
        let router = routes(&house, dir.path(), allowed);
        for path in ["/", "/health/live", "/health/ready", "/metrics", "/graphql", "/nowhere"] {
            let (answer, _) = answer(&router, path).await;
            let told = answer.headers().get("waymark-identity");
            assert_eq!(told.is_some_and(|told| told == "demo"), allowed, "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_of_a_part_makes_the_server_unready_and_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let house = House::open(dir.path()).await.unwrap();
    house.caught_up().await.unwrap();
    let router = routes(&house, dir.path(), false);
    for (part, trouble) in
        [("reactor", &house.troubles.reactor), ("alerts", &house.troubles.alerts)]
    {
        trouble.say("the log is away".to_owned());
        let (troubled, body) = answer(&router, "/health/ready").await;
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(troubled.status(), StatusCode::SERVICE_UNAVAILABLE);
        let told = serde_json::json!({"healthy": false, "trouble": "the log is away"});
        assert_eq!(body[part], told);
        trouble.clear();
        let (_, body) = answer(&router, "/health/ready").await;
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body[part]["healthy"], true);
    }
}
