//! `waymark letter`: what a letter would say, from a template and a file of steps. Nothing is recorded.
//!
//! There is no database and no directory: what the history of the file does not hold is given by
//! `--fact`. It is for those who write templates.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use anyhow::{Context, anyhow, bail};
use letters::{Basis, FACTS, Facts, Print, Template, Templates, basis, day_in_words, fact_info};
use pathway::{History, london};

use super::{
    clock::{group, open, read},
    import::note,
};
use crate::{cli::LetterArgs, edge};

/// `waymark letter`.
pub(crate) fn run(args: &LetterArgs) -> anyhow::Result<()> {
    let shipped = Templates::shipped();
    let own = args.template_file.as_deref().map(own).transpose()?;
    let text = match (&args.template, &own) {
        (Some(id), _) => letter(args, shipped.get(id).ok_or_else(|| unknown(&shipped))?)?,
        (None, Some(own)) => letter(args, own)?,
        (None, None) => listed(&shipped),
    };
    match write!(io::stdout().lock(), "{text}") {
        // Whoever reads has read enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("the letter cannot be written"),
    }
}

fn unknown(shipped: &Templates) -> anyhow::Error {
    let ids: Vec<&str> = shipped.all().iter().map(|template| template.id.as_str()).collect();
    anyhow!("there is no such template: expected one of {}", ids.join(", "))
}

/// A template of one's own, or an error once every mistake in it is told.
fn own(path: &Path) -> anyhow::Result<Template> {
    let name = path.file_name().map_or_else(String::new, |name| name.display().to_string());
    let text = fs::read_to_string(path);
    let text = text.with_context(|| format!("{} cannot be read", path.display()))?;
    Template::parse(&name, &text).map_err(|errors| {
        for error in &errors {
            note(&error.to_string());
        }
        anyhow!("{name} has {} mistakes, so no letter was written", errors.len())
    })
}

/// The templates, each with its reasons and the facts that it needs.
fn listed(shipped: &Templates) -> String {
    let mut lines = Vec::new();
    for template in shipped.all() {
        lines.push(format!("{} (version {}): {}", template.id, template.version, template.title));
        let codes: Vec<&str> = template.reasons.iter().map(|reason| reason.code.as_str()).collect();
        if !codes.is_empty() {
            lines.push(format!("  reasons: {}", codes.join(", ")));
        }
        lines.push(format!("  needs: {}", template.needs.join(", ")));
    }
    lines.join("\n") + "\n"
}

fn letter(args: &LetterArgs, template: &Template) -> anyhow::Result<String> {
    let rests_on = match args.file.as_deref() {
        Some(file) => basis(&history(file)?, template.topic, args.about.as_deref()),
        None => Basis::default(),
    };
    let mut facts = rests_on.facts.clone();
    facts.set("letter.date", &day_in_words(london::date_of(edge::now())));
    facts.set("letter.reference", "not issued");
    choices(args, template, &rests_on, &mut facts)?;
    for given in &args.fact {
        let (name, value) = given.split_once('=').with_context(
            || "a fact is malformed: expected NAME=VALUE, such as patient.name=\"Ada Example\"",
        )?;
        if fact_info(name).is_none() {
            let names: Vec<&str> = FACTS.iter().map(|fact| fact.name).collect();
            bail!("there is no such fact: expected one of {}", names.join(", "));
        }
        facts.set(name, value);
    }
    let print = if args.large_print { Print::Large } else { Print::Ordinary };
    let letter = template.write(&facts, print)?;
    Ok(if args.html { letter.html } else { letter.text })
}

/// The reasons and the kind of work, in the words of the template.
fn choices(
    args: &LetterArgs,
    template: &Template,
    rests_on: &Basis,
    facts: &mut Facts,
) -> anyhow::Result<()> {
    let has_words = args.fact.iter().any(|given| given.starts_with("words="));
    let reasons = template.chosen(&args.reason, &rests_on.reasons, has_words)?;
    facts.set_all("reasons", reasons.iter().map(|reason| reason.words.as_str()));
    let asked_for = rests_on.category.and_then(|category| {
        let code = serde_json::to_value(category).ok()?;
        template.category(code.as_str()?)
    });
    facts.set_some("work.category", asked_for.map(|category| category.words.as_str()));
    Ok(())
}

/// The one pathway of a file of steps, or an error once every bad line is told.
fn history(file: &Path) -> anyhow::Result<History> {
    let name = file.display().to_string();
    let read = read::all(open(Some(file))?).with_context(|| format!("{name} cannot be read"))?;
    let (mut groups, _outside, misplaced) = group::all(read.rows);
    let bad: Vec<read::Bad> = read.bad.into_iter().chain(misplaced).collect();
    for bad in &bad {
        note(&format!("{name}:{bad}"));
    }
    match (bad.len(), groups.pop(), groups.is_empty()) {
        (0, Some(group), true) => Ok(group.history),
        (0, _, _) => bail!("{name} is not about one pathway: expected the steps of one"),
        (bad, _, _) => bail!("{bad} lines of {name} cannot be used, so no letter was written"),
    }
}
