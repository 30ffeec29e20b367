//! Tests of the transport's answer.

use super::*;

fn wanted(accept: &[&str]) -> Option<Media> {
    let mut headers = HeaderMap::new();
    for value in accept {
        headers.append(header::ACCEPT, value.parse().unwrap());
    }
    Media::wanted(&headers)
}

#[test]
fn without_a_wish_or_with_any_wish_json_is_served() {
    assert_eq!(wanted(&[]), Some(Media::Json));
    assert_eq!(wanted(&["*/*"]), Some(Media::Json));
    assert_eq!(wanted(&["text/html, */*;q=0.8"]), Some(Media::Json));
}

#[test]
fn the_heaviest_wish_wins_and_the_first_of_equals() {
    let both = "application/graphql-response+json, application/json;q=0.9";
    assert_eq!(wanted(&[both]), Some(Media::GraphqlResponse));
    let json = "application/graphql-response+json;q=0.2, Application/JSON; charset=utf-8; q=0.25";
    assert_eq!(wanted(&[json]), Some(Media::Json));
    assert_eq!(wanted(&["text/event-stream", "application/json"]), Some(Media::EventStream));
}

#[test]
fn what_we_cannot_serve_is_nothing() {
    assert_eq!(wanted(&["text/html"]), None);
    assert_eq!(wanted(&["application/json;q=0"]), None);
}
