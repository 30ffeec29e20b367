//! What a group comes to, without a database.

use std::sync::Arc;

use event_store::{Expected, SealedPart};

use super::*;

const NOW: i64 = 1_767_268_800_000_000;

fn nothing() -> Found {
    Found {
        tip: Tip::START,
        places: HashMap::new(),
        last_numbers: HashMap::new(),
        events: HashMap::new(),
        kinds: Table::default(),
    }
}

fn event(id: u128, kind: &str) -> NewEvent {
    NewEvent {
        event_id: Uuid::from_u128(id),
        kind: Arc::from(kind),
        version: 1,
        occurred_micros: 0,
        occurred_is_day: false,
        entered_in_source_micros: None,
        meta: Arc::from(&b"{}"[..]),
        payload: b"{}".to_vec(),
        sealed: Some(SealedPart { key_id: Uuid::nil(), ciphertext: vec![7] }),
    }
}

fn append(category: Category, stream: u128, expected: Expected, events: Vec<NewEvent>) -> Append {
    Append { stream: StreamId::new(category, Uuid::from_u128(stream)), expected, events }
}

fn now(append: &Append) -> Command<'_> {
    Command { append, recorded: None }
}

fn begin(category: Category, stream: u128, ids: &[u128]) -> Append {
    let events = ids.iter().map(|id| event(*id, "ReferralSent")).collect();
    append(category, stream, Expected::NoStream, events)
}

#[test]
fn an_empty_log_begins_at_position_1_and_number_1_of_each_category() {
    let appends = [
        begin(Category::Pathway, 1, &[10, 11]),
        begin(Category::Inbox, 2, &[12]),
        begin(Category::Pathway, 3, &[13]),
    ];
    let plan = Plan::of(&appends.iter().map(now).collect::<Vec<_>>(), nothing(), NOW);
    let positions: Vec<i64> = plan.rows.iter().map(|row| row.tip.position).collect();
    assert_eq!(positions, [1, 2, 3, 4]);
    let numbers: Vec<i64> = plan.new_streams.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [1, before_first(Category::Inbox) + 1, 2]);
    assert_eq!(plan.last(), Some(Position(4)));
    assert!(plan.answers.iter().all(Result::is_ok));
}

#[test]
fn positions_numbers_bytes_and_stamps_go_on_from_where_the_log_ends() {
    let tip = Tip { position: 41, recorded_at: NOW + 5, log_bytes: 1_000 };
    let last_numbers = HashMap::from([(Category::Pathway, 6)]);
    let found = Found { tip, last_numbers, ..nothing() };
    let one = begin(Category::Pathway, 1, &[10, 11]);
    let plan = Plan::of(&[now(&one)], found, NOW);
    let bytes = i64::try_from(one.events[0].bytes()).unwrap();
    let rows: Vec<_> = plan.rows.iter().map(|row| (row.tip, row.stream_no)).collect();
    let at = |position, log_bytes| Tip { position, recorded_at: NOW + 5, log_bytes };
    assert_eq!(rows, [(at(42, 1_000 + bytes), 7), (at(43, 1_000 + 2 * bytes), 7)]);
}

#[test]
fn a_kind_is_numbered_once_and_known_afterwards() {
    let mut kinds = Table::default();
    kinds.add_next(&Arc::from("ReferralSent"));
    let events = ["DnaRecorded", "ReferralSent", "DnaRecorded"];
    let events = (0..).zip(events).map(|(id, kind)| event(id, kind)).collect();
    let one = append(Category::Pathway, 1, Expected::NoStream, events);
    let plan = Plan::of(&[now(&one)], Found { kinds, ..nothing() }, NOW);
    let numbers: Vec<i32> = plan.rows.iter().map(|row| row.kind_no).collect();
    assert_eq!(numbers, [2, 1, 2]);
    assert_eq!(plan.new_kinds, [(2, "DnaRecorded")]);
    assert_eq!(plan.kinds.name(2).map(|name| &**name), Some("DnaRecorded"));
}

#[test]
fn what_is_restored_moves_the_end_and_what_is_older_is_refused() {
    let (one, other) = (begin(Category::Pathway, 1, &[10]), begin(Category::Pathway, 2, &[11]));
    let restored = |append, at| Command { append, recorded: Some(Recorded::at(at)) };
    let commands = [restored(&one, NOW + 7), restored(&other, NOW + 6), now(&other)];
    let plan = Plan::of(&commands, nothing(), NOW);
    let stamps: Vec<i64> = plan.rows.iter().map(|row| row.tip.recorded_at).collect();
    assert_eq!(stamps, [NOW + 7, NOW + 7]);
    let refused = &plan.answers[1];
    let told = matches!(refused, Err(AppendError::RecordedEarlier { last_micros }) if *last_micros == NOW + 7);
    assert!(told, "{refused:?}");
}

#[test]
fn a_group_that_only_repeats_writes_nothing() {
    let one = begin(Category::Pathway, 1, &[10, 11]);
    let first = Plan::of(&[now(&one)], nothing(), NOW);
    let stored = first.rows.iter().map(|row| StoredEvent {
        position: Position(row.tip.position.unsigned_abs()),
        stream: row.stream,
        revision: row.revision,
        event: row.event.clone(),
        recorded_at_micros: row.tip.recorded_at,
    });
    let events = stored.map(|stored| (stored.event.event_id, stored)).collect();
    let again = Plan::of(&[now(&one), now(&one)], Found { events, ..nothing() }, NOW + 9);
    assert!(again.is_empty());
    let wanted = Appended { duplicate: true, ..*first.answers[0].as_ref().unwrap() };
    assert!(again.answers.iter().all(|answer| *answer.as_ref().unwrap() == wanted));
}
