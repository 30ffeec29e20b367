//! Logs without personal data, and metrics for Prometheus.

use anyhow::{Context, anyhow};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// Structured logs on standard error; `filter` as in `warn` or `api=debug`.
pub(crate) fn start_logs(filter: &str) -> anyhow::Result<()> {
    let logs = tracing_subscriber::fmt()
        .json()
        .with_env_filter(parsed(filter)?)
        .with_writer(std::io::stderr);
    if logs.try_init().is_err() {
        tracing::debug!("logs were started before");
    }
    Ok(())
}

/// One sentence: the library's own words name neither the setting nor what would be right.
fn parsed(filter: &str) -> anyhow::Result<EnvFilter> {
    EnvFilter::try_new(filter).map_err(|_malformed| {
        anyhow!(
            "`log` is `{filter}`: expected error, warn, info, debug, or a filter such as api=debug"
        )
    })
}

/// Starts to collect metrics.
pub(crate) fn start_metrics() -> anyhow::Result<PrometheusHandle> {
    PrometheusBuilder::new().install_recorder().context("metrics cannot be collected")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_filter_is_refused_by_name() {
        for good in ["warn", "api=debug", "warn,api=debug"] {
            assert!(parsed(good).is_ok(), "{good}");
        }
        let refused = parsed("api=loudly").unwrap_err().to_string();
        assert!(refused.starts_with("`log` is `api=loudly`: expected"), "{refused}");
    }
}
