//! Reads the file: unknown steps, steps that cannot answer each other, and hours that cannot be are refused.

use chrono::NaiveDate;
use serde::Deserialize;
use steps::{RuleId, StepKind, interface_and_safety::AlarmTo};
use toml::Spanned;

use super::{
    About, Expectation, FeedRule, Heartbeat, Hours, NetDeadline, NetEdition, NetOwner, NetPriority,
};
use crate::{
    editions::File,
    pack::{PackError, Source, nearest_step},
};

type Word = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditionText {
    version: Spanned<u32>,
    from: NaiveDate,
    expectation: Vec<ExpectationText>,
    feed: Vec<FeedText>,
    heartbeat: Spanned<Heartbeat>,
    result_expected: ResultExpectedText,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectationText {
    id: Word,
    title: String,
    about: About,
    triggers: Vec<Word>,
    expected: Vec<Word>,
    #[serde(default)]
    ended_by: Vec<Word>,
    #[serde(default)]
    serious_only: bool,
    alert: Option<bool>,
    #[serde(default)]
    by_person: bool,
    owner: NetOwner,
    within_hours: Option<Spanned<Hours>>,
    #[serde(default)]
    levels: Vec<LevelText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LevelText {
    to: AlarmTo,
    hours: Spanned<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FeedText {
    id: Word,
    title: String,
    steps: Vec<Word>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResultExpectedText {
    after_hours: Spanned<Hours>,
}

/// The editions of the file, in the order of their days.
pub(super) fn editions(source: Source<'_>) -> Result<Vec<NetEdition>, PackError> {
    let raw: File<EditionText> = source.read("editions as in the shipped file")?;
    let mut editions: Vec<NetEdition> = Vec::new();
    for text in raw.edition {
        let at = text.version.span().start;
        let edition = edition(source, text)?;
        let follows =
            |before: &NetEdition| edition.from > before.from && edition.version > before.version;
        if editions.last().is_some_and(|before| !follows(before)) {
            let problem = format!("edition {} does not follow the one before", edition.version);
            return Err(source.refuse(at, problem, "a later day and a higher version"));
        }
        editions.push(edition);
    }
    if editions.is_empty() {
        return Err(source.refuse(0, "there is no edition", "at least one"));
    }
    Ok(editions)
}

fn edition(source: Source<'_>, text: EditionText) -> Result<NetEdition, PackError> {
    let mut expectations: Vec<Expectation> = Vec::new();
    for rule in text.expectation {
        let at = rule.id.span().start;
        let rule = expectation(source, rule)?;
        if expectations.iter().any(|other| other.id == rule.id) {
            let problem = format!("`{}` stands twice in the edition", rule.id);
            return Err(source.refuse(at, problem, "each id once"));
        }
        expectations.push(rule);
    }
    let feeds = text.feed.into_iter().map(|feed| self::feed(source, feed));
    Ok(NetEdition {
        version: text.version.into_inner(),
        from: text.from,
        expectations,
        feeds: feeds.collect::<Result<_, _>>()?,
        heartbeat: heartbeat(source, &text.heartbeat)?,
        result_expected: hours(source, &text.result_expected.after_hours)?,
    })
}

fn expectation(source: Source<'_>, text: ExpectationText) -> Result<Expectation, PackError> {
    let id = id(source, &text.id)?;
    let kinds = |words: &[Word]| -> Result<Vec<StepKind>, PackError> {
        words.iter().map(|word| about(source, word, text.about)).collect()
    };
    let (triggers, expected) = (kinds(&text.triggers)?, kinds(&text.expected)?);
    let at = text.id.span().start;
    if triggers.is_empty() || expected.is_empty() {
        let problem = format!("`{id}` names no trigger, or nothing that is expected");
        return Err(source.refuse(at, problem, "at least one step in each"));
    }
    let deadlines = deadlines(source, &text)?;
    if deadlines.is_empty() {
        let problem = format!("`{id}` has no deadline");
        return Err(source.refuse(at, problem, "`within_hours` or `levels`"));
    }
    let ended_by = text.ended_by.iter().map(|word| step(source, word));
    Ok(Expectation {
        id,
        title: text.title,
        about: text.about,
        triggers,
        expected,
        ended_by: ended_by.collect::<Result<_, _>>()?,
        serious_only: text.serious_only,
        alert: text.alert,
        by_person: text.by_person,
        owner: text.owner,
        deadlines,
    })
}

/// The owner's own deadline, or those of the levels, each later than the one before.
fn deadlines(source: Source<'_>, text: &ExpectationText) -> Result<Vec<NetDeadline>, PackError> {
    let mut deadlines = Vec::new();
    if let Some(told) = text.levels.first().filter(|_| text.within_hours.is_some()) {
        let problem = "a rule has hours of its own and levels";
        return Err(source.refuse(told.hours.span().start, problem, "`within_hours` or `levels`"));
    }
    if let Some(within) = &text.within_hours {
        deadlines.push(NetDeadline { level: 0, to: None, hours: hours(source, within)? });
    }
    let mut before = 0;
    for (level, told) in (1_u8..).zip(&text.levels) {
        let hours = *told.hours.get_ref();
        if hours <= before {
            let problem =
                format!("level {level} comes after {hours} hours, the one before after {before}");
            return Err(source.refuse(told.hours.span().start, problem, "rising hours from 1 on"));
        }
        before = hours;
        deadlines.push(NetDeadline { level, to: Some(told.to), hours: Hours::flat(hours) });
    }
    Ok(deadlines)
}

fn hours(source: Source<'_>, text: &Spanned<Hours>) -> Result<Hours, PackError> {
    let hours = *text.get_ref();
    let of = NetPriority::ALL.map(|priority| hours.of(priority));
    if hours.critical == 0 || !of.is_sorted_by(|slower, faster| slower >= faster) {
        let problem = "the hours are nought, or grow with the urgency";
        return Err(source.refuse(
            text.span().start,
            problem,
            "1 or more, none longer than the one before",
        ));
    }
    Ok(hours)
}

fn heartbeat(source: Source<'_>, text: &Spanned<Heartbeat>) -> Result<Heartbeat, PackError> {
    let (heart, at) = (*text.get_ref(), text.span().start);
    if heart.weeks_least == 0 || heart.weeks < heart.weeks_least || heart.weeks > 52 {
        let problem = format!("`weeks` is {}, `weeks_least` {}", heart.weeks, heart.weeks_least);
        return Err(source.refuse(at, problem, "1 to 52 weeks, at least `weeks_least`"));
    }
    if !(1..=168).contains(&heart.test_message_within_hours) {
        let problem = format!("`test_message_within_hours` is {}", heart.test_message_within_hours);
        return Err(source.refuse(at, problem, "1 to 168 hours"));
    }
    if !(1..=100).contains(&heart.alarm_below_percent) || heart.usual_least == 0 {
        let problem = format!("`alarm_below_percent` is {}", heart.alarm_below_percent);
        return Err(source.refuse(at, problem, "1 to 100, and `usual_least` of 1 or more"));
    }
    Ok(heart)
}

fn feed(source: Source<'_>, text: FeedText) -> Result<FeedRule, PackError> {
    let steps = text.steps.iter().map(|word| step(source, word)).collect::<Result<_, _>>()?;
    Ok(FeedRule { id: id(source, &text.id)?, title: text.title, steps })
}

fn id(source: Source<'_>, word: &Word) -> Result<RuleId, PackError> {
    word.get_ref().parse().map_err(|bad| {
        let problem = format!("`{}` is no id", word.get_ref());
        source.refuse(word.span().start, problem, &format!("{bad}"))
    })
}

fn step(source: Source<'_>, word: &Word) -> Result<StepKind, PackError> {
    let name = word.get_ref();
    StepKind::from_name(name).ok_or_else(|| {
        let expected = format!("a step of the catalogue, such as `{}`", nearest_step(name));
        source.refuse(word.span().start, format!("`{name}` is not a step"), &expected)
    })
}

/// A step that says which test or letter it is of.
fn about(source: Source<'_>, word: &Word, about: About) -> Result<StepKind, PackError> {
    let kind = step(source, word)?;
    let field = match about {
        About::Test => "testId",
        About::Letter => "letterId",
        About::Pathway => return Ok(kind),
    };
    let schema = kind.schema().to_value();
    if schema.get("properties").is_some_and(|fields| fields.get(field).is_some()) {
        return Ok(kind);
    }
    let problem = format!("`{}` has no `{field}`", kind.name());
    Err(source.refuse(word.span().start, problem, "a step of the thing that `about` names"))
}
