//! The routes: GraphQL, the page at `/`, health and metrics.

use std::{path::Path, sync::Arc};

use anyhow::Context;
use api::{identity::TokenKey, transport};
use axum::{
    Router,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::PrometheusHandle;
use projector::{Projector, Status};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{commands, config::Settings, edge, house::House};

/// What the routes are made of.
pub(crate) struct Site<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) house: &'a House,
    pub(crate) key: TokenKey,
    pub(crate) metrics: PrometheusHandle,
}

/// The key that signs tokens of the demo identity, made at first use.
pub(crate) fn token_key(data_dir: &Path) -> anyhow::Result<TokenKey> {
    let path = data_dir.join("token.key");
    if let Ok(bytes) = std::fs::read(&path) {
        return Ok(TokenKey::new(&bytes));
    }
    std::fs::create_dir_all(data_dir)
        .with_context(|| format!("the data directory {} cannot be made", data_dir.display()))?;
    let bytes = edge::random::<32>()?;
    write_private(&path, &bytes)
        .with_context(|| format!("the key {} cannot be written", path.display()))?;
    Ok(TokenKey::new(&bytes))
}

/// Writes a file that only its owner may read.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(path)?.write_all(bytes)
}

/// All routes.
pub(crate) fn router(site: Site<'_>, shutdown: CancellationToken, open: TaskTracker) -> Router {
    let now: transport::Now = Arc::new(edge::seconds);
    let mut config = transport::TransportConfig::new(Arc::new(site.key), now);
    config.introspection = true;
    config.shutdown = shutdown.clone();
    config.open = open;
    if site.settings.allow_demo_identity {
        let name = HeaderName::from_static("waymark-identity");
        config.extra_headers.push((name, HeaderValue::from_static("demo")));
    }
    let schema = api::schema::schema(site.house.world.clone());
    let status = site.house.projector.status();
    let projector = Arc::clone(&site.house.projector);
    let metrics = site.metrics;
    transport::router(schema, config)
        .route("/", get(page))
        .route("/health/live", get(|| async { "live" }))
        .route(
            "/health/ready",
            get(move || {
                let answer = ready(&status.borrow(), shutdown.is_cancelled());
                async { answer }
            }),
        )
        .route("/metrics", get(move || scrape(metrics.clone(), Arc::clone(&projector))))
}

async fn page() -> impl IntoResponse {
    let policy = HeaderValue::from_static(api::graphiql::CONTENT_SECURITY_POLICY);
    (
        [(header::CONTENT_SECURITY_POLICY, policy)],
        Html(api::graphiql::page(commands::READY_QUERIES)),
    )
}

async fn scrape(metrics: PrometheusHandle, projector: Arc<Projector>) -> String {
    if let Err(error) = projector.observe().await {
        tracing::warn!(%error, "the lag of the views cannot be measured");
    }
    metrics.run_upkeep();
    metrics.render()
}

fn ready(status: &Status, stopping: bool) -> Response {
    let ready = status.is_healthy() && !stopping;
    let code = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let views = status.views.iter().map(|view| {
        serde_json::json!({
            "view": view.view,
            "version": view.version,
            "position": view.position.0,
            "deadLetters": view.dead_letters,
            "healthy": view.is_healthy(),
            "refused": view.refused,
            "trouble": view.trouble,
        })
    });
    let said = serde_json::json!({
        "ready": ready,
        "lag": status.lag(),
        "views": views.collect::<Vec<_>>(),
    });
    (code, [(header::CONTENT_TYPE, "application/json")], said.to_string()).into_response()
}
