//! The routes: GraphQL, the page at `/`, health and metrics.

use std::sync::Arc;

use api::{identity::TokenKey, transport};
use axum::{
    Router,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::map_response,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::PrometheusHandle;
use projector::{Projector, Status};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    commands,
    config::Settings,
    edge,
    house::House,
    secrets::{Secrets, TOKEN},
    trouble::{Trouble, Troubles},
};

/// What the routes are made of.
pub(crate) struct Site<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) house: &'a House,
    pub(crate) key: TokenKey,
    pub(crate) metrics: PrometheusHandle,
}

/// The key that signs tokens of the demo identity, made at first use. A server and a command that
/// make it at once end with the same one.
pub(crate) fn token_key(secrets: &Secrets) -> anyhow::Result<TokenKey> {
    Ok(TokenKey::new(&secrets.of(TOKEN)?, Arc::new(edge::seconds)))
}

/// All routes.
pub(crate) fn router(site: Site<'_>, shutdown: CancellationToken, open: TaskTracker) -> Router {
    let now: transport::Now = Arc::new(edge::seconds);
    let mut config = transport::TransportConfig::new(Arc::new(site.key), now);
    config.introspection = true;
    let public = site.settings.public_per_second_max;
    config.limits.public_per_second_max = public;
    config.limits.public_burst_max = public.saturating_mul(2);
    config.trusted = api::trusted_documents(&site.house.world);
    config.shutdown = shutdown.clone();
    config.open = open;
    config.shortcut = Some(Arc::new(api::KeptPlans::new(site.house.world.clone())));
    let schema = api::schema::schema(site.house.world.clone());
    let status = site.house.projector.status();
    let projector = Arc::clone(&site.house.projector);
    let metrics = site.metrics;
    let (troubles, measured) = (site.house.troubles.clone(), site.house.troubles.clone());
    let (log, log_measured) = (site.house.cellar.store.clone(), site.house.cellar.store.clone());
    let routes = transport::router(schema, config)
        .route("/", get(page))
        .route("/health/live", get(|| async { "live" }))
        .route(
            "/health/ready",
            get(move || {
                troubles.log.is(log.trouble());
                let answer = ready(&status.borrow(), &troubles, shutdown.is_cancelled());
                async { answer }
            }),
        )
        .route(
            "/metrics",
            get(move || {
                measured.log.is(log_measured.trouble());
                scrape(metrics.clone(), Arc::clone(&projector), measured.clone())
            }),
        );
    if site.settings.allow_demo_identity { routes.layer(map_response(demo)) } else { routes }
}

/// Every answer says that whoever has the key in the data directory is whoever they say.
async fn demo(mut answer: Response) -> Response {
    let name = HeaderName::from_static("waymark-identity");
    answer.headers_mut().insert(name, HeaderValue::from_static("demo"));
    answer
}

async fn page() -> impl IntoResponse {
    let policy = HeaderValue::from_static(api::graphiql::CONTENT_SECURITY_POLICY);
    (
        [(header::CONTENT_SECURITY_POLICY, policy)],
        Html(api::graphiql::page(commands::READY_QUERIES)),
    )
}

async fn scrape(
    metrics: PrometheusHandle,
    projector: Arc<Projector>,
    troubles: Troubles,
) -> String {
    troubles.all().into_iter().for_each(Trouble::measure);
    if let Err(error) = projector.observe().await {
        tracing::warn!(%error, "the lag of the views cannot be measured");
    }
    metrics.run_upkeep();
    metrics.render()
}

fn ready(status: &Status, troubles: &Troubles, stopping: bool) -> Response {
    let ready = status.is_healthy() && troubles.is_none() && !stopping;
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
        "reactor": troubles.reactor.told(),
        "directory": troubles.directory.told(),
        "deadlines": troubles.deadlines.told(),
        "alerts": troubles.alerts.told(),
        "log": troubles.log.told(),
        "longHistories": status.long_histories,
        "views": views.collect::<Vec<_>>(),
    });
    (code, [(header::CONTENT_TYPE, "application/json")], said.to_string()).into_response()
}

#[cfg(test)]
mod tests;
