//! What the official client cannot be asked about, for it does not come back from it.

use std::sync::Arc;

use futures::StreamExt;
use tonic::{Code, Request};

use super::*;
use crate::{
    log::{Expected, Proposed},
    settings::Settings,
    shared::Shared,
    wire::{
        Empty,
        streams::{
            read_req::{
                Options,
                options::{
                    AllOptions, CountOption, FilterOption, FilterOptions, StreamOption,
                    SubscriptionOptions, UuidOption,
                    all_options::AllOption,
                    filter_options::{Expression, Filter, Window},
                },
            },
            read_resp::Content,
        },
    },
};

fn door() -> Door {
    Door { shared: Arc::new(Shared::new(Settings::default(), &[1])), node: 0 }
}

/// A subscription to all of `$all`.
fn everything() -> ReadReq {
    let all = AllOptions { all_option: Some(AllOption::Start(Empty {})) };
    let options = Options {
        stream_option: Some(StreamOption::All(all)),
        count_option: Some(CountOption::Subscription(SubscriptionOptions {})),
        filter_option: Some(FilterOption::NoFilter(Empty {})),
        uuid_option: Some(UuidOption { content: None }),
        ..Options::default()
    };
    ReadReq { options: Some(options) }
}

/// Follows until it has caught up.
async fn caught_up(door: &Door) -> Told<ReadResp> {
    let mut answers = door.read(Request::new(everything())).await.unwrap().into_inner();
    loop {
        let told = answers.next().await.unwrap().unwrap();
        if matches!(told.content, Some(Content::CaughtUp(_))) {
            return answers;
        }
    }
}

#[tokio::test]
async fn a_subscription_that_is_ended_is_closed_without_an_error() {
    let door = door();
    let mut answers = caught_up(&door).await;
    door.shared.chaos.end_subscriptions();
    assert!(answers.next().await.is_none());
    assert_eq!(door.shared.chaos.subscriptions_open(), 0);
}

#[tokio::test]
async fn a_subscription_that_is_cut_is_told_of_it() {
    let door = door();
    let mut answers = caught_up(&door).await;
    door.shared.chaos.cut_subscriptions();
    assert_eq!(answers.next().await.unwrap().unwrap_err().code(), Code::Unavailable);
    assert!(answers.next().await.is_none());
}

#[tokio::test]
async fn a_stream_that_is_buried_ends_its_subscriptions() {
    let door = door();
    door.shared.log.tombstone("a-1", Expected::Any);
    let named = crate::wire::streams::read_req::options::StreamOptions {
        stream_identifier: Some(crate::tell::identifier("a-1")),
        revision_option: None,
    };
    let mut asked = everything();
    let options = asked.options.as_mut().unwrap();
    options.stream_option = Some(StreamOption::Stream(named));
    let mut answers = door.read(Request::new(asked)).await.unwrap().into_inner();
    assert!(answers.next().await.unwrap().is_ok(), "it is confirmed first");
    let ended = answers.next().await.unwrap().unwrap_err();
    assert_eq!(ended.metadata().get("exception").unwrap(), "stream-deleted");
}

#[tokio::test]
async fn a_filter_without_an_interval_of_checkpoints_is_refused() {
    let mut asked = everything();
    let prefix = Expression { regex: String::new(), prefix: vec!["a-".to_owned()] };
    let filter = FilterOptions {
        filter: Some(Filter::StreamIdentifier(prefix)),
        window: Some(Window::Max(32)),
        checkpoint_interval_multiplier: 0,
    };
    asked.options.as_mut().unwrap().filter_option = Some(FilterOption::Filter(filter));
    let refused = door().read(Request::new(asked)).await.map(|_| ()).unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn events_older_than_a_stream_keeps_are_not_read() {
    let door = door();
    let event = || Proposed::of_the_system("Told", "{}".to_owned());
    door.shared.log.append("a-1", Expected::Any, vec![event()]);
    let read = || door.shared.log.page("a-1", 0, 10, true).records.len();
    assert_eq!(read(), 1);
    let metadata = Proposed::of_the_system("$metadata", r#"{"$maxAge":3600}"#.to_owned());
    door.shared.log.append("$$a-1", Expected::Any, vec![metadata]);
    assert_eq!(read(), 1, "an hour has not passed");
    let metadata = Proposed::of_the_system("$metadata", r#"{"$maxAge":0}"#.to_owned());
    door.shared.log.append("$$a-1", Expected::Any, vec![metadata]);
    assert_eq!(read(), 0);
}
