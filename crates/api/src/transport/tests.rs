//! The world the transport's tests live in: a small schema, two callers, and a few guards.
#![expect(clippy::unused_async, reason = "the schema macros take async functions only")]

use std::sync::Arc;

use async_graphql::{
    Context, EmptyMutation, EmptySubscription, Error, ErrorExtensions, InputValueError,
    InputValueResult, Object, Scalar, ScalarType, Schema, Subscription, Value,
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use futures::{Stream, StreamExt, future, stream};
use tower::ServiceExt;

use super::{
    AuthRefusal, Authenticate, ByTrustedDocument, HttpResponse, Lesson, RequestData, Shortcut,
    TransportConfig, TrustedDocument, TrustedDocuments, beside, router,
};

/// The document that is trusted here.
pub(super) const OPEN: &str = "query Open { open }\n";

/// The hour at which every test stands.
pub(super) const NOW: u64 = 1_000_000;

pub(super) struct Caller(pub(super) &'static str);

/// `nurse` is known; the time of `past` has run out; without a token one is `nobody`.
pub(super) struct Badges;

impl Authenticate for Badges {
    fn authenticate(&self, bearer: Option<&str>) -> Result<RequestData, AuthRefusal> {
        let named = |name| RequestData::new(move |request| request.data(Caller(name)));
        match bearer {
            None => Ok(named("nobody")),
            Some("nurse") => Ok(named("nurse")),
            Some("past") => Ok(named("past").expires_at(NOW - 1)),
            Some(_) => Err(AuthRefusal::new("the token is not one of ours")),
        }
    }
}

pub(super) struct Even(i32);

#[Scalar]
impl ScalarType for Even {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::Number(number) if number.as_i64().is_some_and(|n| n % 2 == 0) => Ok(Self(2)),
            _ => Err(InputValueError::custom("not even")),
        }
    }
    fn to_value(&self) -> Value {
        Value::from(self.0)
    }
}

pub(super) struct Ward;

#[Object]
impl Ward {
    async fn name(&self) -> &'static str {
        "A1"
    }
    async fn note(&self) -> Result<String, Error> {
        Err(Error::new("db password is hunter2"))
    }
}

pub(super) struct Query;

#[Object]
impl Query {
    async fn hello(&self) -> &'static str {
        "hello"
    }
    async fn slowly(&self) -> &'static str {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        "slowly"
    }
    async fn who(&self, ctx: &Context<'_>) -> Result<&'static str, Error> {
        Ok(ctx.data::<Caller>()?.0)
    }
    async fn boom(&self) -> Result<i32, Error> {
        Err(std::io::Error::other("disk /dev/sda1 is full").into())
    }
    async fn coded(&self) -> Result<Option<i32>, Error> {
        Err(Error::new("not for you").extend_with(|_, v| v.set("code", "FORBIDDEN")))
    }
    async fn gently(&self) -> Option<Result<i32, Error>> {
        Some(Err(Error::new("not for you").extend_with(|_, v| v.set("code", "FORBIDDEN"))))
    }
    async fn ward(&self) -> Option<Ward> {
        Some(Ward)
    }
    async fn wards(&self) -> Vec<Option<Ward>> {
        vec![Some(Ward)]
    }
    async fn half(&self, of: Even) -> i32 {
        of.0 / 2
    }
    async fn open(&self, ctx: &Context<'_>) -> Result<&'static str, Error> {
        let shut = || Error::new("not for nobody").extend_with(|_, v| v.set("code", "FORBIDDEN"));
        ctx.data_opt::<ByTrustedDocument>().map(|_| "for everybody").ok_or_else(shut)
    }
    async fn plain(&self, number: i32) -> i32 {
        number
    }
    async fn never(&self) -> i32 {
        future::pending().await
    }
    async fn falls_over(&self) -> i32 {
        assert_eq!(1, 2, "fell over");
        0
    }
}

pub(super) struct Mutation;

#[Object]
impl Mutation {
    async fn record(&self) -> i32 {
        1
    }
    async fn record_batch(&self, steps: Vec<String>) -> usize {
        steps.len()
    }
}

pub(super) struct Steps;

#[Subscription]
impl Steps {
    async fn count(&self, to: i32) -> impl Stream<Item = i32> {
        stream::iter(1..=to)
    }
    async fn forever(&self) -> impl Stream<Item = i32> {
        stream::iter([1]).chain(stream::pending())
    }
    async fn breaks(&self) -> Result<stream::Empty<i32>, Error> {
        Err(Error::new("db password is hunter2"))
    }
    async fn spoils(&self) -> impl Stream<Item = Result<i32, Error>> {
        stream::iter([Ok(1), Err(Error::new("db password is hunter2"))])
    }
}

pub(super) type World = Schema<Query, Mutation, Steps>;

pub(super) fn schema() -> World {
    Schema::new(Query, Mutation, Steps)
}

pub(super) fn config() -> TransportConfig {
    let mut config = TransportConfig::new(Arc::new(Badges), Arc::new(|| NOW));
    config.trusted = TrustedDocuments::new(vec![TrustedDocument::new(OPEN, 60)]);
    config
}

/// An app that gives a request a moment only.
pub(super) fn hasty_app() -> Router {
    let mut config = config();
    config.limits.request_time_max = std::time::Duration::from_millis(30);
    router(schema(), config)
}

pub(super) fn app() -> Router {
    router(schema(), config())
}

/// The start of a well-formed POST that accepts the newest media type.
pub(super) fn post() -> axum::http::request::Builder {
    Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/graphql-response+json")
}

/// A POST asking for `query`.
pub(super) fn asking(query: &str) -> Request<Body> {
    let body = serde_json::json!({ "query": query });
    post().body(Body::from(body.to_string())).unwrap()
}

pub(super) async fn send(app: Router, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let answer = app.oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

/// Status and whole body of the answer, as one text to compare.
pub(super) async fn told(app: Router, request: Request<Body>) -> String {
    let (status, _, body) = send(app, request).await;
    format!("{} {body}", status.as_u16())
}

#[tokio::test]
async fn extra_headers_stand_on_every_answer_even_a_refusal() {
    let mut config = config();
    let name = axum::http::HeaderName::from_static("x-demo-identity");
    config.extra_headers.push((name.clone(), "on".parse().unwrap()));
    let app = router(schema(), config);
    for request in [asking("{ hello }"), asking("{ nope }"), post().body(Body::empty()).unwrap()] {
        let (_, headers, _) = send(app.clone(), request).await;
        assert_eq!(headers[&name], "on");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    }
}

#[tokio::test]
async fn a_panicking_handler_answers_500_in_json() {
    struct Trap;
    impl Authenticate for Trap {
        fn authenticate(&self, _: Option<&str>) -> Result<RequestData, AuthRefusal> {
            panic!("trapped")
        }
    }
    let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
    let app = router(schema, TransportConfig::new(Arc::new(Trap), Arc::new(|| NOW)));
    assert_eq!(
        told(app, asking("{ hello }")).await,
        r#"500 {"errors":[{"message":"internal error","extensions":{"code":"INTERNAL"}}]}"#
    );
}

#[tokio::test]
async fn a_route_beside_has_the_same_door_and_the_same_headers() {
    let length = |body: &[u8]| HttpResponse::new(Body::from(body.len().to_string()));
    let app = beside("/length", config(), length);
    let asked = |token: &str, kind: &str| {
        let request = Request::post("/length").header(header::CONTENT_TYPE, kind);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        request.body(Body::from("{\"a\":1}")).unwrap()
    };
    let (status, headers, body) = send(app.clone(), asked("nurse", "application/json")).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "7"));
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    let (status, _, _) = send(app.clone(), asked("forged", "application/json")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, _, _) = send(app, asked("nurse", "text/plain")).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_shortcut_is_asked_first_and_learns_only_from_answers_without_errors() {
    struct Parrot(Arc<std::sync::Mutex<Vec<String>>>);
    impl Shortcut for Parrot {
        fn answer(&self, request: &async_graphql::Request) -> Option<Vec<u8>> {
            let known = self.0.lock().unwrap().contains(&request.query);
            known.then(|| b"{\"data\":\"known\"}".to_vec())
        }
        fn lesson(&self, request: &mut async_graphql::Request) -> Option<Lesson> {
            let (known, query) = (Arc::clone(&self.0), request.query.clone());
            Some(Box::new(move || known.lock().unwrap().push(query)))
        }
    }
    let known = Arc::default();
    let mut config = config();
    config.shortcut = Some(Arc::new(Parrot(Arc::clone(&known))));
    let app = router(schema(), config);
    assert_eq!(told(app.clone(), asking("{ hello }")).await, r#"200 {"data":{"hello":"hello"}}"#);
    assert_eq!(told(app.clone(), asking("{ hello }")).await, r#"200 {"data":"known"}"#);
    for failing in ["{ nope }", "{ boom }", "{ gently }", "{"] {
        let first = told(app.clone(), asking(failing)).await;
        assert_eq!(told(app.clone(), asking(failing)).await, first);
    }
    assert_eq!(*known.lock().unwrap(), ["{ hello }"]);
    let stream = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
    let stream = stream.header(header::ACCEPT, "text/event-stream");
    let stream = stream.body(Body::from(r#"{"query":"{ hello }"}"#)).unwrap();
    assert!(told(app, stream).await.contains(r#"{"data":{"hello":"hello"}}"#));
}
