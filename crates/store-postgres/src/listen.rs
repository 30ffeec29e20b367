//! News of what other processes commit, over a connection of its own. It only wakes: whoever follows
//! asks again by itself, so nothing depends on it.

use std::time::Duration;

use event_store::Position;
use futures::stream::{self, BoxStream, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio_postgres::{AsyncMessage, Client, Connection, Error, NoTls};

use crate::address::Address;
use crate::fault::Fault;

/// The channel that every commit of events is told on.
pub(crate) const CHANNEL: &str = "waymark_log";

/// The pause before another connection is tried.
const PAUSE: Duration = Duration::from_secs(2);

type Messages = BoxStream<'static, Result<AsyncMessage, Error>>;

/// Listens for ever; the loss of the database costs the news until it is back.
pub(crate) async fn listen(address: Address, head: watch::Sender<Position>) {
    loop {
        if let Err(fault) = session(&address, &head).await {
            tracing::debug!(%fault, "no news of other processes: followers poll");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Moves the head forward, and wakes who waits for it.
pub(crate) fn advance(head: &watch::Sender<Position>, to: Position) {
    head.send_if_modified(|head| {
        let grown = to > *head;
        *head = to.max(*head);
        grown
    });
}

async fn session(address: &Address, head: &watch::Sender<Position>) -> Result<(), Fault> {
    let (client, mut messages) = connect(address).await?;
    let ask = format!("LISTEN {CHANNEL}");
    let mut asked = std::pin::pin!(ask_once(&client, &ask));
    let mut listening = false;
    loop {
        tokio::select! {
            answer = &mut asked, if !listening => {
                answer?;
                listening = true;
            }
            message = messages.next() => match message {
                Some(message) => heard(message?, head),
                None => return Err(Fault::new("the connection has ended")),
            },
        }
    }
}

async fn connect(address: &Address) -> Result<(Client, Messages), Fault> {
    let connector = address.tls.connector().map_err(|cause| Fault::new(cause.to_string()))?;
    if let Some(connector) = connector {
        let (client, connection) = address.config.connect(connector).await?;
        return Ok((client, messages(connection)));
    }
    let (client, connection) = address.config.connect(NoTls).await?;
    Ok((client, messages(connection)))
}

async fn ask_once(client: &Client, sql: &str) -> Result<(), Fault> {
    client.batch_execute(sql).await?;
    Ok(())
}

fn heard(message: AsyncMessage, head: &watch::Sender<Position>) {
    if let AsyncMessage::Notification(news) = message
        && let Ok(position) = news.payload().parse()
    {
        advance(head, Position(position));
    }
}

fn messages<S, T>(mut connection: Connection<S, T>) -> Messages
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    stream::poll_fn(move |context| connection.poll_message(context)).boxed()
}
