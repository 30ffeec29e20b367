//! Tests of the transport's ws.

use std::time::Duration;

use axum::http::{HeaderMap, Request, header};
use futures::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest},
};

use super::*;
use crate::transport::{
    TransportConfig, router,
    tests::{config, schema, send},
};

const INIT: &str = r#"{"type":"connection_init"}"#;
const ACK: &str = r#"{"type":"connection_ack"}"#;

struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    async fn say(&mut self, text: &str) {
        self.0.send(Message::Text(text.into())).await.unwrap();
    }

    async fn subscribe(&mut self, id: &str, query: &str) {
        let payload = serde_json::json!({ "query": query });
        let message = serde_json::json!({ "type": "subscribe", "id": id, "payload": payload });
        self.say(&message.to_string()).await;
    }

    /// The next text, or how the socket was closed.
    async fn hear(&mut self) -> String {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return text.to_string(),
                Some(Ok(Message::Close(Some(frame)))) => {
                    return format!("{} {}", u16::from(frame.code), frame.reason);
                }
                Some(Ok(_)) => (),
                other => return format!("{other:?}"),
            }
        }
    }
}

async fn serve(config: TransportConfig) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router(schema(), config)).await });
    format!("ws://{address}/graphql/ws")
}

fn handshake(url: &str) -> tungstenite::handshake::client::Request {
    let mut request = url.into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", PROTOCOL.parse().unwrap());
    request
}

async fn connect(config: TransportConfig) -> Client {
    let url = serve(config).await;
    Client(connect_async(handshake(&url)).await.unwrap().0)
}

async fn greeted(config: TransportConfig) -> Client {
    let mut client = connect(config).await;
    client.say(INIT).await;
    assert_eq!(client.hear().await, ACK);
    client
}

/// Says the words one after another on a fresh socket and hears the last answer.
async fn after(words: &[&str]) -> String {
    let mut client = connect(config()).await;
    for word in words {
        client.say(word).await;
    }
    loop {
        let heard = client.hear().await;
        if heard != ACK && !heard.contains("\"next\"") {
            return heard;
        }
    }
}

#[tokio::test]
async fn a_subscription_runs_to_its_end_and_the_caller_is_known() {
    let mut client = greeted(config()).await;
    client.subscribe("1", "subscription { count(to: 2) }").await;
    assert_eq!(client.hear().await, r#"{"type":"next","id":"1","payload":{"data":{"count":1}}}"#);
    assert_eq!(client.hear().await, r#"{"type":"next","id":"1","payload":{"data":{"count":2}}}"#);
    assert_eq!(client.hear().await, r#"{"type":"complete","id":"1"}"#);
    client.subscribe("1", "mutation { record }").await;
    assert_eq!(client.hear().await, r#"{"type":"next","id":"1","payload":{"data":{"record":1}}}"#);
    assert_eq!(client.hear().await, r#"{"type":"complete","id":"1"}"#);
}

#[tokio::test]
async fn a_token_in_the_init_payload_names_the_caller() {
    for payload in [r#"{"Authorization":"Bearer nurse"}"#, r#"{"token":"nurse"}"#] {
        let mut client = connect(config()).await;
        client.say(&format!(r#"{{"type":"connection_init","payload":{payload}}}"#)).await;
        assert_eq!(client.hear().await, ACK);
        client.subscribe("1", "{ who }").await;
        let told = r#"{"type":"next","id":"1","payload":{"data":{"who":"nurse"}}}"#;
        assert_eq!(client.hear().await, told);
    }
}

#[tokio::test]
async fn a_token_in_the_upgrade_request_serves_where_the_payload_has_none() {
    let url = serve(config()).await;
    let mut request = handshake(&url);
    request.headers_mut().insert(header::AUTHORIZATION, "Bearer nurse".parse().unwrap());
    let mut client = Client(connect_async(request).await.unwrap().0);
    client.say(INIT).await;
    assert_eq!(client.hear().await, ACK);
    client.subscribe("1", "{ who }").await;
    assert!(client.hear().await.contains("nurse"));
}

#[tokio::test]
async fn every_breach_of_the_protocol_closes_with_its_code() {
    let forever = r#"{"type":"subscribe","id":"1","payload":{"query":"subscription{forever}"}}"#;
    let refused = r#"{"type":"connection_init","payload":{"token":"forged"}}"#;
    let no_query = r#"{"type":"subscribe","id":"1","payload":{"query":1}}"#;
    let cases: [(&[&str], &str); 9] = [
        (&[forever], "4401 send connection_init first"),
        (&[INIT, INIT], "4429 connection_init was sent twice"),
        (&["not JSON"], "4400 invalid message"),
        (&[r#"{"type":"nonsense"}"#], "4400 invalid message"),
        (&[INIT, r#"{"type":"subscribe","id":"1"}"#], "4400 invalid message"),
        (&[INIT, no_query], "4400 invalid message"),
        (&[r#"{"type":"connection_init","payload":1}"#], "4400 invalid message"),
        (&[INIT, forever, forever], "4409 the id is taken by an operation"),
        (&[refused], "4403 the token is not one of ours"),
    ];
    for (words, close) in cases {
        assert_eq!(after(words).await, close, "{words:?}");
    }
}

#[tokio::test]
async fn a_socket_that_never_introduces_itself_is_closed() {
    let mut config = config();
    config.limits.socket_init_time_max = std::time::Duration::from_millis(20);
    assert_eq!(connect(config).await.hear().await, "4408 connection_init took too long");
}

#[tokio::test]
async fn another_sub_protocol_is_closed_at_once() {
    let url = serve(config()).await;
    let mut client = Client(connect_async(url).await.unwrap().0);
    assert_eq!(client.hear().await, "4406 speak graphql-transport-ws");
}

#[tokio::test]
async fn a_refused_document_is_an_error_message_and_frees_its_id() {
    let mut client = greeted(config()).await;
    for query in ["{ nope }", "{"] {
        client.subscribe("1", query).await;
        let told = client.hear().await;
        assert!(told.starts_with(r#"{"type":"error","id":"1","payload":[{"message":"#), "{told}");
    }
    client.subscribe("1", "{ hello }").await;
    assert!(client.hear().await.contains("next"));
}

#[tokio::test]
async fn a_completed_operation_stops_and_its_id_is_free() {
    let mut client = greeted(config()).await;
    for _ in 0..3 {
        client.subscribe("1", "subscription { forever }").await;
        assert!(client.hear().await.contains(r#"{"forever":1}"#));
        client.say(r#"{"type":"complete","id":"1"}"#).await;
    }
}

#[tokio::test]
async fn an_operation_too_many_is_refused_and_the_socket_lives_on() {
    let mut config = config();
    config.limits.socket_operations_max = 1;
    let mut client = greeted(config).await;
    client.subscribe("1", "subscription { forever }").await;
    assert!(client.hear().await.contains("forever"));
    client.subscribe("2", "{ hello }").await;
    assert_eq!(
        client.hear().await,
        r#"{"type":"error","id":"2","payload":[{"message":"more than 1 operations on one socket; end one first","extensions":{"code":"RATE_LIMITED"}}]}"#
    );
    client.say(r#"{"type":"complete","id":"1"}"#).await;
    client.subscribe("2", "{ hello }").await;
    assert!(client.hear().await.contains("hello"));
}

#[tokio::test]
async fn a_ping_is_answered_with_its_payload() {
    let mut client = connect(config()).await;
    client.say(r#"{"type":"ping","payload":{"a":1}}"#).await;
    assert_eq!(client.hear().await, r#"{"type":"pong","payload":{"a":1}}"#);
    client.say(r#"{"type":"ping"}"#).await;
    assert_eq!(client.hear().await, r#"{"type":"pong"}"#);
}

#[tokio::test]
async fn a_socket_is_closed_when_the_token_runs_out() {
    let mut client = connect(config()).await;
    client.say(r#"{"type":"connection_init","payload":{"token":"past"}}"#).await;
    assert_eq!(client.hear().await, ACK);
    assert_eq!(client.hear().await, "4403 the token has run out");
}

#[tokio::test]
async fn a_shutdown_closes_every_socket_and_can_be_waited_for() {
    let config = config();
    let (shutdown, open) = (config.shutdown.clone(), config.open.clone());
    let mut client = greeted(config).await;
    client.subscribe("1", "subscription { forever }").await;
    assert!(client.hear().await.contains("forever"));
    shutdown.cancel();
    assert_eq!(client.hear().await, "1001 the server is shutting down");
    drop(client);
    open.close();
    open.wait().await;
}

#[tokio::test]
async fn a_message_too_big_closes_with_1009() {
    let mut client = greeted(config()).await;
    client.say(&"x".repeat(1024 * 1024 + 1)).await;
    assert_eq!(client.hear().await, "1009 the message is too big");
}

#[tokio::test]
async fn a_large_message_is_for_batches_only() {
    let mut client = greeted(config()).await;
    client.subscribe("1", &format!("{{ hello }}{}", " ".repeat(64 * 1024))).await;
    assert!(client.hear().await.contains("QUERY_REFUSED"));
    let payload = serde_json::json!({"query": "{ hello }", "pad": "x".repeat(64 * 1024)});
    let message = serde_json::json!({"type": "subscribe", "id": "1", "payload": payload});
    client.say(&message.to_string()).await;
    assert!(client.hear().await.contains("PAYLOAD_TOO_LARGE"));
}

#[tokio::test]
async fn a_page_of_another_origin_may_not_open_a_socket() {
    let url = serve(config()).await;
    for origin in ["https://evil.example", "null"] {
        let mut request = handshake(&url);
        request.headers_mut().insert(header::ORIGIN, origin.parse().unwrap());
        match connect_async(request).await {
            Err(tungstenite::Error::Http(answer)) => assert_eq!(answer.status(), 403),
            other => panic!("{origin} was let in: {other:?}"),
        }
    }
}

#[test]
fn the_servers_own_origin_and_the_listed_ones_are_known() {
    let headers = |origin: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "waits.example:8443".parse().unwrap());
        headers.insert(header::ORIGIN, origin.parse().unwrap());
        headers
    };
    let listed = ["https://board.example".to_owned()];
    assert!(origin_is_known(&headers("https://waits.example:8443"), &listed));
    assert!(origin_is_known(&headers("https://board.example"), &listed));
    assert!(!origin_is_known(&headers("https://board.example:8443"), &listed));
    assert!(!origin_is_known(&headers("https://waits.example"), &listed));
    assert!(origin_is_known(&HeaderMap::new(), &[]));
}

#[tokio::test]
async fn a_plain_get_is_told_that_this_is_a_socket() {
    let request = Request::get("/graphql/ws").body(axum::body::Body::empty()).unwrap();
    let (status, headers, body) = send(router(schema(), config()), request).await;
    assert_eq!(status, StatusCode::UPGRADE_REQUIRED);
    assert_eq!(headers[header::UPGRADE], "websocket");
    assert_eq!(
        body,
        r#"{"errors":[{"message":"this address speaks WebSocket only; GraphQL over HTTP is at /graphql","extensions":{"code":"BAD_REQUEST"}}]}"#
    );
}

#[tokio::test]
async fn whoever_does_not_read_is_left_after_as_long_as_a_request_may_take() {
    let mut config = config();
    config.limits.request_time_max = Duration::from_millis(200);
    let open = config.open.clone();
    let mut client = greeted(config).await;
    // Far more than the buffers of both sides hold, so that sending must wait for the reader.
    client.subscribe("1", "subscription { count(to: 2000000000) }").await;
    assert!(client.hear().await.starts_with(r#"{"type":"next""#));
    assert_eq!(open.len(), 1);
    open.close();
    let left = tokio::time::timeout(Duration::from_secs(20), open.wait()).await;
    assert!(left.is_ok(), "the socket is still held open");
    // What had been sent can still be read; then the line is cut.
    let mut last = client.hear().await;
    while last.starts_with(r#"{"type":"next""#) {
        last = client.hear().await;
    }
    assert!(last.contains("Err") || last == "None", "{last}");
}
