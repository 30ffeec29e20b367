//! A wait for the views that ends when one of them stays in trouble.

use std::time::Duration;

use projector::Status;
use tokio::sync::watch;

/// How long a view may be in trouble before it is no longer waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Comes back, with what is wrong, when some view was in trouble for so long or the projector is gone.
pub(super) async fn stuck(mut status: watch::Receiver<Status>, patience: Duration) -> String {
    let gone = || "the projector has stopped".to_owned();
    loop {
        let what = match status.wait_for(|status| trouble(status).is_some()).await {
            Ok(status) => trouble(&status).unwrap_or_default(),
            Err(_closed) => return gone(),
        };
        let well = status.wait_for(|status| trouble(status).is_none());
        match tokio::time::timeout(patience, well).await {
            Ok(Ok(_well_again)) => {}
            Ok(Err(_closed)) => return gone(),
            Err(_still_there) => return what,
        }
    }
}

fn trouble(status: &Status) -> Option<String> {
    status.views.iter().find_map(|view| {
        let what = view.trouble.as_ref()?;
        Some(format!("the view {} is in trouble, {what}", view.view))
    })
}

#[cfg(test)]
mod tests {
    use event_store::Position;
    use projector::{State, ViewStatus};

    use super::*;

    fn status(trouble: Option<&str>) -> Status {
        let view = ViewStatus {
            view: "next-step",
            version: 1,
            state: State::Live,
            progress: None,
            position: Position(1),
            dead_letters: 0,
            refused: None,
            trouble: trouble.map(str::to_owned),
        };
        Status { views: vec![view], head: Position(2), long_histories: 0 }
    }

    #[tokio::test]
    async fn a_view_that_stays_in_trouble_ends_the_wait() {
        let (_views, receiver) = watch::channel(status(Some("the disk is full")));
        let what = stuck(receiver, Duration::ZERO).await;
        assert_eq!(what, "the view next-step is in trouble, the disk is full");
    }

    #[tokio::test]
    async fn a_projector_that_is_gone_ends_the_wait() {
        let (views, receiver) = watch::channel(status(None));
        drop(views);
        assert_eq!(stuck(receiver, PATIENCE).await, "the projector has stopped");
    }

    #[tokio::test]
    async fn trouble_that_passes_is_waited_out() {
        let (views, receiver) = watch::channel(status(Some("the disk is full")));
        let waiting = tokio::spawn(stuck(receiver, PATIENCE));
        tokio::task::yield_now().await;
        views.send_replace(status(None));
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        waiting.abort();
    }
}
