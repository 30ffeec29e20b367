//! Logs without personal data, and metrics for Prometheus.

use anyhow::Context;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// Structured logs on standard error; `filter` as in `warn` or `api=debug`.
pub(crate) fn start_logs(filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_malformed| EnvFilter::new("warn"));
    let logs =
        tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr);
    if logs.try_init().is_err() {
        tracing::debug!("logs were started before");
    }
}

/// Starts to collect metrics.
pub(crate) fn start_metrics() -> anyhow::Result<PrometheusHandle> {
    PrometheusBuilder::new().install_recorder().context("metrics cannot be collected")
}
