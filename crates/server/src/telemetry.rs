//! Logs without personal data, and metrics for Prometheus.

use anyhow::{Context, anyhow};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// The official client of KurrentDB tells each attempt to reach a node as an error of its own. Ours says what
/// came of it, once; who wants to hear the client too names it.
const QUIET: &str = "kurrentdb";

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
    let quietened =
        if filter.contains(QUIET) { filter.to_owned() } else { format!("{filter},{QUIET}=off") };
    EnvFilter::try_new(quietened).map_err(|_malformed| {
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

    #[test]
    fn the_client_of_kurrentdb_is_heard_only_where_it_is_named() {
        let filter = |told: &str| parsed(told).unwrap().to_string();
        assert!(filter("warn").contains("kurrentdb=off"));
        assert!(!filter("warn,kurrentdb=debug").contains("kurrentdb=off"));
    }
}
