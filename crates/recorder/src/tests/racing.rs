//! Writers who race for the end of one stream.

use event_store::{Expected, Revision};

use super::*;
use crate::load::Head;

fn stream() -> StreamId {
    StreamId::new(Category::Pathway, Uuid::from_u128(1))
}

fn head(revision: u64) -> Head {
    let owner = envelope::Owner::Stream(stream().id);
    Head { expected: Expected::At(Revision(revision)), owner }
}

#[test]
fn who_lost_a_race_goes_on_from_where_the_winner_is() {
    let world = world();
    let recorder = &world.recorder;
    let remembered = || recorder.remembered(stream()).map(|head| head.expected);
    recorder.remember(stream(), head(8));
    recorder.forget_tried(stream(), head(7));
    assert_eq!(remembered(), Some(head(8).expected));
    recorder.forget_tried(stream(), head(8));
    assert_eq!(remembered(), None);
}
