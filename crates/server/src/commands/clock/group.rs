//! Lines by their pathway, in order of first appearance.
//!
//! A booking reference or PPID that a line of a pathway carries leads to that pathway, as in the
//! record. A death that is told of the person goes to each pathway that names the person.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use pathway::{History, Told, decide};
use recorder::{Command, PathwayRef, Target};
use serde_json::{Value, json};
use steps::{EventId, PathwayId, Step, StepKind, SubjectRef};
use uuid::Uuid;

use super::read::{Bad, By, Row};

/// A moment after every step: no line is refused because it is still to come.
const LAST_MOMENT_SECONDS: i64 = 253_370_764_800;

/// The steps of one pathway.
#[derive(Debug)]
pub(in crate::commands) struct Group {
    /// The pathway, as the lines name it.
    pub(super) key: Value,
    /// What happened.
    pub(in crate::commands) history: History,
    /// Where each step was told, and by whom.
    pub(super) told_at: HashMap<EventId, ToldAt>,
}

/// The line of a step.
#[derive(Debug, Clone)]
pub(super) struct ToldAt {
    pub(super) line: u64,
    pub(super) by: Option<By>,
    pub(super) source: Option<String>,
}

/// The pathways, how many lines are about none, and the lines that cannot be used.
pub(in crate::commands) fn all(rows: Vec<Row>) -> (Vec<Group>, usize, Vec<Bad>) {
    let (rows, mut bad) = once_each(rows);
    let names = Names::of(&rows);
    let (mut drafts, mut outside) = (Vec::<Draft>::new(), Vec::new());
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows {
        let Some((name, key)) = names.of_row(&row) else {
            outside.push(row);
            continue;
        };
        let place = *places.entry(name.clone()).or_insert_with(|| {
            drafts.push(Draft { name, key, rows: Vec::new() });
            drafts.len() - 1
        });
        drafts.get_mut(place).into_iter().for_each(|draft| draft.rows.push(row.clone()));
    }
    let outside = hand_on_deaths(outside, &mut drafts);
    let groups: Vec<Group> = drafts.into_iter().map(Draft::group).collect();
    bad.extend(groups.iter().flat_map(misplaced));
    bad.sort_by_key(|bad| bad.line);
    (groups, outside, bad)
}

/// Each event once: a line that is told again is the same line, and with other content a mistake.
fn once_each(rows: Vec<Row>) -> (Vec<Row>, Vec<Bad>) {
    let mut seen: HashMap<EventId, usize> = HashMap::new();
    let (mut kept, mut bad) = (Vec::<Row>::new(), Vec::new());
    for row in rows {
        let first = seen.get(&row.command.event_id()).and_then(|place| kept.get(*place));
        let Some(first) = first else {
            seen.insert(row.command.event_id(), kept.len());
            kept.push(row);
            continue;
        };
        if first.command != row.command {
            let message = format!(
                "line {} has this id and other content: expected a new id, or the same content",
                first.line
            );
            bad.push(Bad { line: row.line, field: "commandId".to_owned(), message });
        }
    }
    (kept, bad)
}

/// The lines that speak of a step which is not there, or cannot replace it.
fn misplaced(group: &Group) -> Vec<Bad> {
    let now = DateTime::<Utc>::from_timestamp(LAST_MOMENT_SECONDS, 0).unwrap_or_default();
    let entries = group.history.entries().iter().map(|entry| &entry.told);
    let told = entries.chain(group.history.set_aside().iter().map(|aside| &aside.told));
    let refused = told.filter_map(|told| {
        let refusal = decide(&group.history, &told.step, told.occurred_at, now).err()?;
        let line = group.told_at.get(&told.event_id)?.line;
        Some(Bad { line, field: refusal.field().to_owned(), message: refusal.to_string() })
    });
    refused.collect()
}

/// Gives a death that is told of a person to each pathway that names the person; says how many lines
/// are left.
fn hand_on_deaths(outside: Vec<Row>, drafts: &mut [Draft]) -> usize {
    let mut theirs: HashMap<SubjectRef, Vec<usize>> = HashMap::new();
    for (place, draft) in drafts.iter().enumerate() {
        for person in draft.persons() {
            theirs.entry(person).or_default().push(place);
        }
    }
    let mut left = 0;
    for row in outside {
        let person = match row.command.target {
            Target::Patient(person) if row.command.step.kind() == StepKind::PatientDied => person,
            Target::Patient(_) | Target::Pathway(_) | Target::Own => {
                left += 1;
                continue;
            }
        };
        let places = theirs.get(&person).map_or(&[][..], Vec::as_slice);
        left += usize::from(places.is_empty());
        for place in places {
            drafts.get_mut(*place).into_iter().for_each(|draft| draft.rows.push(row.clone()));
        }
    }
    left
}

struct Draft {
    name: String,
    key: Value,
    rows: Vec<Row>,
}

impl Draft {
    /// The persons that its steps name, each once.
    fn persons(&self) -> BTreeSet<SubjectRef> {
        let named = self.rows.iter().filter_map(|row| match &row.command.step {
            Step::PathwaySubject(named) => Some(named.subject_ref),
            _ => None,
        });
        named.collect()
    }

    fn group(self) -> Group {
        let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, self.name.as_bytes());
        let told_at = self.rows.iter().map(|row| {
            let told_at = ToldAt { line: row.line, by: row.by.clone(), source: row.source.clone() };
            (row.command.event_id(), told_at)
        });
        let told_at = told_at.collect();
        let told = self.rows.into_iter().map(|row| told(row.command, row.line)).collect();
        Group { key: self.key, history: History::of(PathwayId(id), told), told_at }
    }
}

/// A step as told. Nobody recorded it here: the line it stands in takes the place of that moment.
fn told(command: Command, line: u64) -> Told {
    let line = i64::try_from(line).unwrap_or(i64::MAX);
    Told {
        event_id: command.event_id(),
        occurred_at: command.occurred_at,
        entered_in_source_at: command.entered_in_source_at,
        recorded_at: DateTime::from_timestamp_micros(line).unwrap_or_default(),
        actor: None,
        source: None,
        step: command.step,
    }
}

/// Which pathway each identifier leads to: the first line that carries it says so.
struct Names(BTreeMap<String, (String, Value)>);

impl Names {
    fn of(rows: &[Row]) -> Self {
        let mut names = Self(BTreeMap::new());
        for row in rows {
            let Some(own) = named(&row.command) else { continue };
            let Some(carried) = recorder::identifier_brought_by(&row.command.step) else {
                continue;
            };
            let carried = by_identifier(carried.id);
            if carried != own.0 {
                names.0.entry(carried).or_insert_with(|| own.clone());
            }
        }
        names
    }

    /// Follows identifiers to the pathway; a chain is never longer than there are names.
    fn of_row(&self, row: &Row) -> Option<(String, Value)> {
        let mut at = named(&row.command)?;
        for _step in 0..self.0.len() {
            let Some(next) = self.0.get(&at.0) else { break };
            if next.0 == at.0 {
                break;
            }
            at = next.clone();
        }
        Some(at)
    }
}

/// How the line names its pathway: for comparing, and as the line has it.
fn named(command: &Command) -> Option<(String, Value)> {
    let Target::Pathway(pathway) = &command.target else { return None };
    let key = match pathway {
        PathwayRef::New => return Some(by_id(recorder::pathway_of_command(command.command_id))),
        PathwayRef::Id(id) => return Some(by_id(*id)),
        PathwayRef::Ubrn(ubrn) => json!({"ubrn": ubrn.as_str()}),
        PathwayRef::Ppid(ppid, issuer) => {
            json!({"ppid": {"value": ppid.as_str(), "issuer": issuer.as_str()}})
        }
        PathwayRef::Inbox(inbox) => json!({"inbox": inbox}),
    };
    Some((by_identifier(recorder::identifier_sought_by(&command.target)?.id), key))
}

fn by_id(id: PathwayId) -> (String, Value) {
    (format!("id {id}"), json!({"id": id}))
}

/// An identifier by the name of its stream.
fn by_identifier(stream: Uuid) -> String {
    format!("identifier {stream}")
}
