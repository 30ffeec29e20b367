//! The packs in force together, and the calendar they count working days by.

mod shipped;

use std::{fmt::Write as _, sync::LazyLock};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use steps::{RuleId, StepKind};

pub(crate) use shipped::{SHIPPED, SHIPPED_CALENDAR};

use crate::{Calendar, Ends, Form, NamedWord, Pack, PackError, Rule};

/// All packs and versions that may apply, no two versions of one pack on the same day.
#[derive(Debug, Clone, PartialEq)]
pub struct Packs {
    all: Vec<Pack>,
    calendar: Calendar,
    digest: String,
    /// The rules that each kind of step may open.
    opened: Vec<Vec<Place>>,
}

/// Where a rule stands: its pack, its place in that, and its number among all rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    pack: usize,
    rule: usize,
    number: usize,
}

/// A rule in its place.
#[derive(Clone, Copy)]
pub(crate) struct Listed<'a> {
    pub(crate) pack: &'a Pack,
    pub(crate) pack_place: usize,
    pub(crate) rule: &'a Rule,
    /// Its number among all rules.
    pub(crate) number: usize,
}

impl Packs {
    /// The packs and the calendar that come with the program.
    ///
    /// They are read once: a pack is checked against the schema of each step that it names.
    #[expect(clippy::expect_used, reason = "the texts are compiled in, and a test reads the same")]
    pub fn shipped() -> Self {
        static READ: LazyLock<Packs> = LazyLock::new(|| {
            Packs::parse(SHIPPED, SHIPPED_CALENDAR).expect("the shipped packs are well formed")
        });
        READ.clone()
    }

    /// Reads packs ([`Pack::parse_all`]) and a calendar, each file as name and text; every mistake is
    /// told at once.
    pub fn parse(packs: &[(&str, &str)], calendar: (&str, &str)) -> Result<Self, Vec<PackError>> {
        let (mut read, mut errors) = Pack::parse_all(packs);
        errors.extend(overlaps(&read));
        errors.extend(strays(&read));
        let dated = Calendar::parse(calendar.0, calendar.1).map_err(|found| errors.extend(found));
        let digest = digest(packs.iter().chain([&calendar]));
        read.sort_by(|a, b| {
            b.precedence
                .cmp(&a.precedence)
                .then_with(|| a.id.cmp(&b.id))
                .then(a.version.cmp(&b.version))
        });
        match dated {
            Ok(calendar) if errors.is_empty() => {
                let opened = opened(&read);
                Ok(Self { all: read, calendar, digest, opened })
            }
            Ok(_) | Err(()) => Err(errors),
        }
    }

    /// The packs, the highest precedence first.
    pub fn all(&self) -> &[Pack] {
        &self.all
    }

    /// The packs of which a version is in force on `day`.
    pub fn in_force_on(&self, day: NaiveDate) -> impl Iterator<Item = &Pack> {
        self.all.iter().filter(move |pack| pack.effective.holds_on(day))
    }

    /// The calendar that working days are counted by.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The rule of that pack and version: its title, reading and source.
    pub fn rule(&self, pack: &RuleId, version: u32, rule: &RuleId) -> Option<&Rule> {
        let pack = self.all.iter().find(|one| one.id == *pack && one.version == version)?;
        pack.rules.iter().find(|one| one.id == *rule)
    }

    /// The rules that a step of that kind may open: the packs by precedence, each in its order.
    pub(crate) fn opened_by(&self, kind: StepKind) -> impl Iterator<Item = Listed<'_>> {
        let places = self.opened.get(usize::from(kind.rank())).into_iter().flatten();
        places.filter_map(|place| {
            let pack = self.all.get(place.pack)?;
            let rule = pack.rules.get(place.rule)?;
            Some(Listed { pack, pack_place: place.pack, rule, number: place.number })
        })
    }

    /// Whether a rule asks what the RTT clock says of a step: then whatever moves the clock may move
    /// an obligation.
    pub fn ask_the_clock(&self) -> bool {
        self.all.iter().flat_map(|pack| &pack.rules).any(|rule| {
            let nullified = ends_of(&rule.form).is_some_and(|ends| ends.nullified);
            let asks = |trigger: &crate::Trigger| trigger.clock.is_some();
            let waits = matches!(rule.form, Form::Wait { .. });
            nullified || waits || rule.triggers.iter().any(asks)
        })
    }

    /// SHA-256, in hexadecimal, over the texts of the packs and the calendar.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Every step, and every field of a step, that the packs name.
    pub fn named_words(&self) -> Vec<NamedWord> {
        let mut words: Vec<_> = self.all.iter().flat_map(Pack::named_words).cloned().collect();
        words.sort();
        words.dedup();
        words
    }
}

/// What ends a promise of that form.
fn ends_of(form: &Form) -> Option<&Ends> {
    match form {
        Form::Deadline(promise) | Form::Precedence(promise) | Form::Prohibition(promise) => {
            Some(&promise.ends)
        }
        Form::Standing { ends, .. } => Some(ends),
        Form::Coverage(coverage) => Some(&coverage.ends),
        Form::Call(_)
        | Form::Presence
        | Form::Wait { .. }
        | Form::OfServices(_)
        | Form::RecordOnly { .. } => None,
    }
}

/// The rules by the steps that open them, each rule once for a kind.
fn opened(packs: &[Pack]) -> Vec<Vec<Place>> {
    let mut opened = vec![Vec::new(); StepKind::ALL.len()];
    let mut numbers = 0..;
    for (pack_place, pack) in packs.iter().enumerate() {
        for ((rule_place, rule), number) in pack.rules.iter().enumerate().zip(&mut numbers) {
            for trigger in &rule.triggers {
                let place = Place { pack: pack_place, rule: rule_place, number };
                let Some(list) = opened.get_mut(usize::from(trigger.step.rank())) else { continue };
                if list.last() != Some(&place) {
                    list.push(place);
                }
            }
        }
    }
    opened
}

/// Two versions of one pack on the same day, or one version twice.
fn overlaps(packs: &[Pack]) -> Vec<PackError> {
    let mut errors = Vec::new();
    for (place, pack) in packs.iter().enumerate() {
        let earlier = packs.iter().take(place).filter(|other| other.id == pack.id);
        for other in earlier {
            if pack.version == other.version || pack.effective.overlaps(other.effective) {
                let problem = format!(
                    "version {} of `{}` overlaps version {} in `{}`",
                    pack.version, pack.id, other.version, other.place.0
                );
                let expected =
                    "another version number, and one version on each day: end the earlier";
                errors.push(refusal(pack, problem, expected));
            }
        }
    }
    errors
}

/// A rule id that two packs use.
fn strays(packs: &[Pack]) -> Vec<PackError> {
    let mut errors = Vec::new();
    for (place, pack) in packs.iter().enumerate() {
        let others = packs.iter().take(place).filter(|other| other.id != pack.id);
        for rule in others.flat_map(|other| &other.rules) {
            if pack.rules.iter().any(|own| own.id == rule.id) {
                let problem = format!("rule `{}` is another pack's too", rule.id);
                errors.push(refusal(pack, problem, "a rule id of its own"));
            }
        }
    }
    errors
}

fn refusal(pack: &Pack, problem: String, expected: &str) -> PackError {
    let (file, line) = pack.place.clone();
    PackError { file, line, problem, expected: expected.to_owned() }
}

pub(crate) fn digest<'a>(files: impl Iterator<Item = &'a (&'a str, &'a str)>) -> String {
    let mut hash = Sha256::new();
    for (name, text) in files {
        for part in [name, text] {
            hash.update(part.len().to_le_bytes());
            hash.update(part.as_bytes());
        }
    }
    hex(&hash.finalize())
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        let written = write!(hex, "{byte:02x}");
        debug_assert!(written.is_ok(), "a string takes what is written to it");
        hex
    })
}
