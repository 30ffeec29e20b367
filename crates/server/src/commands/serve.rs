//! Serve GraphQL over the data directory until told to stop.

mod followers;

use std::time::Duration;

use anyhow::Context;
use tokio::{net::TcpListener, signal::unix, task::JoinError};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::followers::Followers;
use crate::{config::Settings, house::House, listening, telemetry, web};

/// How long open requests and streams may take to end.
const DRAIN: Duration = Duration::from_secs(10);

/// `waymark serve`.
pub(crate) async fn run(settings: Settings) -> anyhow::Result<()> {
    settings.check_listen()?;
    let listener = listen(&settings).await?;
    let house = House::serving(&settings).await?;
    let address = listener.local_addr()?;
    let welcome = format!("Waymark listens on http://{address}. Stop it with Ctrl-C.");
    until_stopped(&settings, house, listener, &welcome).await
}

/// Takes the address, or says in one sentence why not.
pub(crate) async fn listen(settings: &Settings) -> anyhow::Result<TcpListener> {
    TcpListener::bind(settings.listen).await.with_context(|| {
        format!(
            "{} cannot be listened on: stop what uses it, or choose another with --listen",
            settings.listen
        )
    })
}

/// Serves until SIGTERM or Ctrl-C, then drains: open requests end, acknowledged steps are on disk.
/// The welcome is said once a signal is heeded and the key for tokens is there.
pub(crate) async fn until_stopped(
    settings: &Settings,
    mut house: House,
    listener: TcpListener,
    welcome: &str,
) -> anyhow::Result<()> {
    let cabinet = house.cellar.cabinet()?;
    let webhooks = followers::webhooks(settings, &mut house, &cabinet)?;
    followers::take_back(&house, &cabinet, &webhooks).await?;
    let stop = Stop::caught()?;
    let shutdown = CancellationToken::new();
    let open = TaskTracker::new();
    let metrics = telemetry::start_metrics()?;
    let key = web::token_key(&house.cellar.secrets)?;
    let site = web::Site { settings, house: &house, key, metrics };
    let router = web::router(site, shutdown.clone(), open.clone());
    super::print(welcome);
    let followers = Followers::begin(settings, &house, &cabinet, webhooks, &shutdown);
    let mut server = tokio::spawn(listening::serve(listener, router, shutdown.clone()));
    let ended = tokio::select! {
        () = stop.asked() => None,
        ended = &mut server => Some(ended),
    };
    tracing::info!("stopping: open requests are drained");
    shutdown.cancel();
    open.close();
    let drained = tokio::time::timeout(DRAIN, async {
        open.wait().await;
        match ended {
            Some(ended) => ended,
            None => server.await,
        }
    });
    let outcome = drained.await;
    if outcome.is_err() {
        tracing::warn!("some requests did not end in time and were cut off");
    }
    followers.end(DRAIN).await;
    house.close().await;
    outcome.map_or(Ok(()), how_it_ended)
}

/// The server ends by itself only when it can no longer serve.
fn how_it_ended(ended: Result<std::io::Result<()>, JoinError>) -> anyhow::Result<()> {
    ended.context("the server panicked")?.context("the server could no longer listen")
}

/// The signals that ask for a stop.
struct Stop {
    terminate: unix::Signal,
    interrupt: unix::Signal,
}

impl Stop {
    /// Catches them from here on: before the first request, so that none is cut off by one.
    fn caught() -> anyhow::Result<Self> {
        let catch = |kind| unix::signal(kind).context("signals cannot be caught");
        let terminate = catch(unix::SignalKind::terminate())?;
        Ok(Self { terminate, interrupt: catch(unix::SignalKind::interrupt())? })
    }

    async fn asked(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_ends_by_itself_gives_its_error() {
        let broken = std::io::Error::other("too many open files");
        let said = format!("{:#}", how_it_ended(Ok(Err(broken))).unwrap_err());
        assert_eq!(said, "the server could no longer listen: too many open files");
        assert!(how_it_ended(Ok(Ok(()))).is_ok());
    }
}
