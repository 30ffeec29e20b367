//! Over a log in which an id is unique.

use event_store::{Category, StreamId};
use steps::{PathwayId, SubjectRef};
use testkit::json;
use uuid::Uuid;

use super::fixture::*;
use crate::*;

type World = WorldOver<ById>;

fn world() -> World {
    world_over()
}

mod reused;

#[path = "findings.rs"]
mod findings;
#[path = "identifiers.rs"]
mod identifiers;
#[path = "placing.rs"]
mod placing;
#[path = "racing.rs"]
mod racing;
#[path = "recording.rs"]
mod recording;
#[path = "repeating.rs"]
mod repeating;
#[path = "subject.rs"]
mod subject;
#[path = "together.rs"]
mod together;
