//! One row: the steps that it tells, those that it does not, and what of it is refused.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value as Json};
use steps::{BadStep, CommandId, OccurredAt, OdsCode, PathwayId, Ppid, Step, SubjectRef, Ubrn};

use crate::{
    CsvMap, Refusal,
    cells::Cells,
    map::{Moment, Rule},
    value::{Form, Wrong},
};

/// What a row says.
#[derive(Debug)]
pub struct MappedRow {
    /// The line where it begins; the header is line 1.
    pub line: u64,
    /// The steps that it tells.
    pub steps: Vec<MappedStep>,
    /// The steps that it could tell and does not.
    pub absent: Vec<AbsentStep>,
    /// What of it is refused.
    pub refused: Vec<Refusal>,
    /// The commands by which a row of its key tells the steps of the map, whatever of them it tells;
    /// none where it cannot be said which row it is.
    pub commands: Vec<CommandId>,
}

impl MappedRow {
    pub(crate) fn refused(refusal: Refusal) -> Self {
        let line = refusal.line;
        let (steps, absent, commands) = (Vec::new(), Vec::new(), Vec::new());
        Self { line, steps, absent, refused: vec![refusal], commands }
    }
}

/// A step that a row tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedStep {
    /// Its name in the map.
    pub name: String,
    /// The same whenever this row tells this step.
    pub command_id: CommandId,
    /// What it is about.
    pub about: About,
    /// When it happened.
    pub occurred_at: OccurredAt,
    /// When the source was told.
    pub entered_in_source_at: Option<DateTime<Utc>>,
    /// What happened.
    pub step: Step,
}

/// A step that a row does not tell; an earlier file may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsentStep {
    /// Its name in the map.
    pub name: String,
    /// The command by which the row would tell it.
    pub command_id: CommandId,
    /// What it is about.
    pub about: About,
}

/// What a step is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum About {
    /// A pathway.
    Pathway(PathwayName),
    /// A person, whatever their pathways.
    Patient(SubjectRef),
    /// What the step itself names: a service, an organisation.
    Itself,
}

/// How a row names its pathway.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PathwayName {
    /// Our own id, made of the source's.
    Id(PathwayId),
    /// A booking reference.
    Ubrn(Ubrn),
    /// A patient pathway identifier with its issuer.
    Ppid(Ppid, OdsCode),
}

/// What a row says by the map.
pub(crate) fn mapped(map: &CsvMap, cells: &Cells<'_>, key: &[&str], line: u64) -> MappedRow {
    let commands = map.rules.iter().map(|rule| map.names.command(&rule.name, key)).collect();
    let (steps, absent, refused) = (Vec::new(), Vec::new(), Vec::new());
    let mut row = MappedRow { line, steps, absent, refused, commands };
    if let Some(wrong) = cells.unknown_code() {
        row.refused.push(refusal(map, line, None, None, wrong));
        return row;
    }
    for rule in &map.rules {
        let command_id = map.names.command(&rule.name, key);
        let tells = rule.when.iter().all(|when| when.test.holds(cells.one(when.cell)));
        match (cells.about(rule.about), tells) {
            (Ok(about), true) => match mapped_step(rule, cells, command_id, about) {
                Ok(step) => row.steps.push(step),
                Err((field, wrong)) => {
                    row.refused.push(refusal(map, line, Some(rule), field, wrong));
                }
            },
            (Ok(about), false) => {
                row.absent.push(AbsentStep { name: rule.name.clone(), command_id, about });
            }
            (Err(_), false) => {}
            (Err(wrong), true) => {
                let wrong = refusal(map, line, None, None, wrong);
                if !row.refused.contains(&wrong) {
                    row.refused.push(wrong);
                }
            }
        }
    }
    row
}

/// The step that the row tells by a rule; else the field that is wrong, and why.
fn mapped_step(
    rule: &Rule,
    cells: &Cells<'_>,
    command_id: CommandId,
    about: About,
) -> Result<MappedStep, (Option<String>, Wrong)> {
    let (occurred_at, entered_in_source_at, step) = told(rule, cells)?;
    let name = rule.name.clone();
    Ok(MappedStep { name, command_id, about, occurred_at, entered_in_source_at, step })
}

type Told = (OccurredAt, Option<DateTime<Utc>>, Step);

/// What the row tells by a rule; else the field that is wrong, and why.
fn told(rule: &Rule, cells: &Cells<'_>) -> Result<Told, (Option<String>, Wrong)> {
    let of = |field: &str| Some(field.to_owned());
    let occurred_at = rule.occurred_at.read(cells).map_err(|wrong| (of("occurredAt"), wrong))?;
    let occurred_at = occurred_at.ok_or_else(|| {
        let message = "the cell is empty: expected when it happened";
        (of("occurredAt"), Wrong::missing(&rule.occurred_at.cells, message))
    })?;
    let entered = rule.entered_in_source_at.as_ref().map(|moment| entered(moment, cells));
    let entered = entered.transpose().map_err(|wrong| (of("enteredInSourceAt"), wrong))?;
    Ok((occurred_at, entered.flatten(), step(rule, cells)?))
}

fn entered(moment: &Moment, cells: &Cells<'_>) -> Result<Option<DateTime<Utc>>, Wrong> {
    Ok(match moment.read(cells)? {
        Some(OccurredAt::Instant(at)) => Some(at),
        Some(OccurredAt::Day(_)) | None => None,
    })
}

fn step(rule: &Rule, cells: &Cells<'_>) -> Result<Step, (Option<String>, Wrong)> {
    let mut fields = Map::new();
    let mut missing = Vec::new();
    for field in &rule.fields {
        let at = |wrong| (Some(field.path.clone()), wrong);
        match field.value.read(cells).map_err(at)? {
            Some(json) => put(&mut fields, &field.path, json),
            None if field.required => missing.push(field),
            None => {}
        }
    }
    for field in missing {
        let record = field.path.split_once('.').map(|(record, _)| record);
        if record.is_some_and(|record| !fields.contains_key(record)) {
            continue;
        }
        let said = if field.value.expected.is_empty() { "a value" } else { &field.value.expected };
        let message = format!("the cell is empty: expected {said}");
        return Err((Some(field.path.clone()), Wrong::missing(field.value.columns(), message)));
    }
    let mut json = Map::new();
    json.insert(rule.kind.field_name(), Json::Object(fields));
    steps::decode_input(Json::Object(json).to_string().as_bytes()).map_err(|bad| unfit(rule, &bad))
}

/// Puts a value at its path, `guards.publishedPolicy`.
fn put(fields: &mut Map<String, Json>, path: &str, json: Json) {
    let Some((record, name)) = path.split_once('.') else {
        fields.insert(path.to_owned(), json);
        return;
    };
    let inner = fields.entry(record).or_insert_with(|| Json::Object(Map::new()));
    if let Json::Object(inner) = inner {
        inner.insert(name.to_owned(), json);
    }
}

/// A value that the catalogue does not take, by the columns that it came from.
fn unfit(rule: &Rule, bad: &BadStep) -> (Option<String>, Wrong) {
    let BadStep::Malformed { field, message } = bad else {
        return (None, Wrong::malformed(&[], bad.to_string()));
    };
    let path = field.strip_prefix(&rule.kind.field_name()).unwrap_or(field);
    let path = path.trim_start_matches('.');
    let path = path.split('[').next().unwrap_or(path);
    let found = rule.fields.iter().find(|field| field.path == path);
    let columns = found.map_or(&[][..], |field| field.value.columns());
    let coded = found.is_some_and(|field| matches!(field.value.form, Form::Word));
    let wrong = Wrong::malformed(columns, message.clone());
    let code = if coded { "UNKNOWN_CODE" } else { wrong.code };
    (Some(path.to_owned()), Wrong { code, ..wrong })
}

fn refusal(
    map: &CsvMap,
    line: u64,
    rule: Option<&Rule>,
    field: Option<String>,
    wrong: Wrong,
) -> Refusal {
    Refusal {
        line,
        step: rule.map(|rule| rule.name.clone()),
        column: map.titles(&wrong.columns),
        field,
        code: wrong.code,
        message: wrong.message,
    }
}
