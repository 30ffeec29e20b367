//! The schema: reads, writes and subscriptions. Resolvers parse, hand over and render.

#![expect(
    clippy::unused_async,
    clippy::too_many_arguments,
    clippy::doc_markdown,
    reason = "the library wants resolvers async, an argument of a field is an argument of the \
              function, and descriptions are read in GraphQL, where codes stand bare"
)]

pub mod alerts;
pub mod asked_advice;
pub mod cancer_and_diagnostics;
mod clock_why;
mod days;
pub mod directory;
pub mod findings;
pub mod history;
pub mod interface;
pub mod letters;
mod months;
pub mod node;
pub mod obligations;
pub mod page;
pub mod pathway;
pub mod public_waits;
pub mod queue;
pub mod record;
pub mod routing;
pub mod rtt_clock;
pub mod safety_net;
pub mod scalars;
pub mod service_promises;
pub mod steps_live;
pub mod targets;
pub mod waiting_times;
pub mod who_to_contact;
pub mod work_list;

use async_graphql::{MergedObject, MergedSubscription, Schema, SchemaBuilder};

use crate::World;

/// What can be asked.
#[derive(MergedObject, Default)]
pub struct Query(
    pathway::PathwayQuery,
    who_to_contact::WhoToContactQuery,
    work_list::WorkListQuery,
    asked_advice::AskedAdviceQuery,
    waiting_times::WaitingTimesQuery,
    cancer_and_diagnostics::CancerAndDiagnosticsQuery,
    obligations::ObligationsQuery,
    obligations::ScorecardQuery,
    interface::InterfaceQuery,
    history::HistoryQuery,
    directory::DirectoryQuery,
    directory::services::ServicesQuery,
    directory::health::ContactPointHealthQuery,
    service_promises::ServicePromisesQuery,
    node::NodeQuery,
    public_waits::PublicWaitsQuery,
    queue::QueueQuery,
    letters::LettersQuery,
    routing::RoutingQuery,
    safety_net::SafetyNetQuery,
    alerts::AlertsQuery,
);

/// What can be recorded.
#[derive(MergedObject, Default)]
pub struct Mutation(record::RecordMutation, letters::LettersMutation, alerts::AlertsMutation);

/// What can be followed.
#[derive(MergedSubscription, Default)]
pub struct Subscription(
    steps_live::StepsSubscription,
    work_list::WorkListSubscription,
    alerts::AlertsSubscription,
    interface::InterfaceSubscription,
);

/// The schema of Waymark.
pub type WaymarkSchema = Schema<Query, Mutation, Subscription>;

/// The schema over a world.
pub fn schema(world: World) -> WaymarkSchema {
    builder().data(world).data(public_waits::Told::default()).finish()
}

/// The schema definition language, without a world.
pub fn sdl() -> String {
    builder().finish().sdl_with_options(
        async_graphql::SDLExportOptions::new().include_specified_by().sorted_fields(),
    )
}

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    // The gate of `transport` bounds depth, size and count before anything runs.
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .disable_suggestions()
}

#[cfg(test)]
mod tests;
