//! The event that all sides store, in the form that each wants, and the view that is built of it.

use cqrs_es::{Aggregate, DomainEvent, EventEnvelope, View, event_sink::EventSink};
use disintegrate::Event;
use serde::{Deserialize, Serialize};

/// An appointment was booked: field by field the step that Waymark stores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Booked {
    pub appointment_id: String,
    pub starts_at: String,
    pub booking_kind: BookingKind,
    pub provider: String,
    pub site: String,
    pub service: String,
    pub place: String,
    pub medium: Medium,
    pub agreed_with_patient: bool,
    pub funding: Funding,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BookingKind {
    Appointment,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Medium {
    FaceToFace,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Funding {
    Nhs,
}

impl Booked {
    pub fn sample() -> Self {
        Self {
            appointment_id: "A1".to_owned(),
            starts_at: "2026-01-05T09:00:00Z".to_owned(),
            booking_kind: BookingKind::Appointment,
            provider: "RJ1".to_owned(),
            site: "RJ1".to_owned(),
            service: "A1".to_owned(),
            place: "A1".to_owned(),
            medium: Medium::FaceToFace,
            agreed_with_patient: true,
            funding: Funding::Nhs,
        }
    }
}

/// As cqrs-es stores it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum PathwayEvent {
    Booked(Booked),
}

impl DomainEvent for PathwayEvent {
    fn event_type(&self) -> String {
        "appointmentBooked".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

/// An aggregate that takes every booking.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Pathway {
    booked: u64,
}

/// Nothing is ever refused.
#[derive(Debug, thiserror::Error)]
#[error("refused")]
pub struct Refused;

impl Aggregate for Pathway {
    const TYPE: &'static str = "pathway";
    /// How many appointments are booked at once.
    type Command = u64;
    type Event = PathwayEvent;
    type Error = Refused;
    type Services = ();

    async fn handle(
        &mut self,
        appointments: u64,
        _services: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Refused> {
        for _appointment in 0..appointments {
            sink.write(PathwayEvent::Booked(Booked::sample()), self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: PathwayEvent) {
        let PathwayEvent::Booked(_) = event;
        self.booked += 1;
    }
}

/// How many steps a pathway has, and when the last one is.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Last {
    pathway: String,
    steps: u64,
    last: String,
}

impl View<Pathway> for Last {
    fn update(&mut self, event: &EventEnvelope<Pathway>) {
        let PathwayEvent::Booked(booked) = &event.payload;
        self.pathway.clone_from(&event.aggregate_id);
        self.steps += 1;
        self.last.clone_from(&booked.starts_at);
    }
}

/// As disintegrate stores it: the pathway is in the event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Event)]
pub enum PathwayFact {
    Booked {
        #[id]
        pathway: String,
        booked: Booked,
    },
}
