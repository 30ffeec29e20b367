//! The rows: their columns, the way there, and [the way back](read).

mod read;
mod tables;

use chrono::NaiveDate;
use pathway::{History, london};
use policy::SafetyNet;
use projector::{Cell, Row};
use steps::{
    Endpoint, Label, OccurredAt, OdsCode,
    codes::Channel,
    interface_and_safety::{AlarmOutcome, AlarmTo},
};

pub(crate) use self::{
    read::{alarm, day, dispatch, expected, instant, organisation, priority, word},
    tables::{TABLES, TALLIES},
};
use crate::{
    Dispatch, Expected, Passage, Raised, Volume, dispatch::dispatches, expected::expectations_of,
    passage::passages_of, raised, things::Things, volume::volumes_of,
};

/// A moment after all others: what is open is closed then.
pub(crate) const NEVER: i64 = i64::MAX;

/// The rows of a history, by table.
pub(crate) fn rows(history: &History, net: &SafetyNet) -> Vec<Row> {
    let things = Things::of(history);
    let expected = expectations_of(history, net, &things).iter().map(expected_cells).collect();
    let passages = passages_of(history, &things).iter().map(passage_cells).collect();
    let volumes = volumes_of(history, net, &things);
    let volumes = volumes.iter().flat_map(volume_cells).collect();
    let raised = raised(history).iter().map(raised_cells).collect();
    let sent = dispatches(history, &things).iter().map(dispatch_cells).collect();
    let tables: [Vec<Vec<Cell>>; 5] = [expected, passages, volumes, sent, raised];
    let numbered = tables.into_iter().enumerate().flat_map(|(table, rows)| {
        rows.into_iter().zip(0_u32..).map(move |(cells, seq)| Row { table, seq, cells })
    });
    numbered.collect()
}

fn expected_cells(one: &Expected) -> Vec<Cell> {
    vec![
        one.rule.as_str().into(),
        i64::from(one.version).into(),
        i64::from(one.level).into(),
        one.alarm_to.map(to_code).into(),
        one.chain.code().into(),
        one.item.as_deref().into(),
        (one.priority as i64).into(),
        one.trigger.0.into(),
        london::bounds(one.triggered_on).0.into(),
        matches!(one.triggered_on, OccurredAt::Day(_)).into(),
        one.due.into(),
        one.settled.map(|settled| settled.at).into(),
        one.settled.map(|settled| settled.by.0).into(),
        one.settled.map(|settled| settled.ended).into(),
        code(one.sender.as_ref()),
        code(one.owner.as_ref()),
        code(one.addressed_to.as_ref()),
    ]
}

fn passage_cells(one: &Passage) -> Vec<Cell> {
    let mut cells = vec![
        one.chain.code().into(),
        one.item.as_deref().into(),
        (one.priority as i64).into(),
        code(one.sender.as_ref()),
        code(one.addressed_to.as_ref()),
        one.started().into(),
    ];
    cells.extend(one.reached.map(Cell::from));
    cells.push(one.ended.into());
    cells.push(one.closed().map_or(NEVER, |closed| closed.timestamp_micros()).into());
    cells
}

/// A row for each step. Who sends, and which system of theirs, is part of the key of a feed: where nobody
/// says it, an empty word stands for that.
fn volume_cells(one: &Volume) -> impl Iterator<Item = Vec<Cell>> + use<> {
    let cells: Vec<Cell> = vec![
        one.feed.as_str().into(),
        one.organisation.as_ref().map_or("", OdsCode::as_str).into(),
        one.source.as_ref().map_or("", Label::as_str).into(),
        one.day.into(),
    ];
    (0..one.count).map(move |_| cells.clone())
}

fn dispatch_cells(one: &Dispatch) -> Vec<Cell> {
    vec![
        one.event_id.0.into(),
        one.kind.name().into(),
        one.at.into(),
        code(one.sender.as_ref()),
        one.recipient.as_str().into(),
        one.channel.map(channel_code).into(),
        one.endpoint.as_ref().map(Endpoint::as_str).into(),
        one.settled.into(),
    ]
}

/// The stable code of a channel, as JSON has it.
pub(crate) const fn channel_code(channel: Channel) -> &'static str {
    match channel {
        Channel::Letter => "LETTER",
        Channel::Post => "POST",
        Channel::Telephone => "TELEPHONE",
        Channel::InPerson => "IN_PERSON",
        Channel::Email => "EMAIL",
        Channel::TextMessage => "TEXT_MESSAGE",
        Channel::NhsApp => "NHS_APP",
        Channel::Video => "VIDEO",
        Channel::ElectronicDocument => "ELECTRONIC_DOCUMENT",
        Channel::AdviceService => "ADVICE_SERVICE",
        Channel::ClinicalSystemTask => "CLINICAL_SYSTEM_TASK",
        Channel::Portal => "PORTAL",
        Channel::EReferralService => "E_REFERRAL_SERVICE",
        Channel::NotRecorded => "NOT_RECORDED",
    }
}

fn raised_cells(one: &Raised) -> Vec<Cell> {
    vec![
        one.event_id.0.into(),
        one.kind.code().into(),
        one.rule.as_str().into(),
        one.version.as_deref().into(),
        one.trigger.map(|trigger| trigger.0).into(),
        one.alarm_to.map(to_code).into(),
        code(one.organisation.as_ref()),
        one.since.into(),
        one.resolved.map(|(at, ..)| at).into(),
        one.resolved.map(|(_, outcome, _)| outcome_code(outcome)).into(),
        one.resolved.and_then(|(.., by)| by).map(|by| by.0).into(),
    ]
}

fn code(organisation: Option<&OdsCode>) -> Cell {
    organisation.map(OdsCode::as_str).into()
}

/// The stable code of who is told.
pub const fn to_code(to: AlarmTo) -> &'static str {
    match to {
        AlarmTo::Requester => "REQUESTER",
        AlarmTo::Deputy => "DEPUTY",
        AlarmTo::MedicalDirector => "MEDICAL_DIRECTOR",
        AlarmTo::IntegratedCareBoard => "INTEGRATED_CARE_BOARD",
    }
}

/// The stable code of how an alarm was settled.
pub const fn outcome_code(outcome: AlarmOutcome) -> &'static str {
    match outcome {
        AlarmOutcome::InTime => "IN_TIME",
        AlarmOutcome::Late => "LATE",
        AlarmOutcome::NoLongerDue => "NO_LONGER_DUE",
    }
}

/// So many days since 1970.
pub(crate) fn days(day: NaiveDate) -> i64 {
    day.signed_duration_since(NaiveDate::default()).num_days()
}
