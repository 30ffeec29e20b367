//! Which key belongs to which form.

use std::ops::Range;

use crate::pack::{raw::RuleText, read::Reader};

/// A key that another form needs is a mistake, not a decoration.
pub(super) fn refuse_strangers(reader: &mut Reader<'_>, raw: &RuleText, span: &Range<usize>) {
    const PROMISES: &[&str] = &["deadline", "precedence", "prohibition"];
    const ENDING: &[&str] = &["deadline", "prohibition", "standing", "coverage"];
    const TIMED: &[&str] = &["deadline", "precedence", "prohibition", "standing", "coverage"];
    let accepts =
        raw.trigger.iter().flat_map(toml::Spanned::get_ref).any(|one| one.accepted.is_some());
    let given = [
        ("trigger", raw.trigger.is_some() && raw.of_services.is_some(), &[][..]),
        ("due", raw.due.is_some(), TIMED),
        ("due_when", raw.due_when.is_some(), TIMED),
        ("satisfied_by", raw.satisfied_by.is_some(), &["deadline", "prohibition"]),
        ("parts", raw.parts.is_some(), PROMISES),
        ("forbidden", raw.forbidden.is_some(), &["deadline", "prohibition", "coverage"]),
        ("until_kept", raw.until_kept.is_some(), &["deadline", "prohibition"]),
        ("counts_before", raw.counts_before.is_some(), &["deadline", "prohibition", "coverage"]),
        ("ends", raw.ends.is_some(), ENDING),
        ("ends_on", raw.ends_on.is_some(), ENDING),
        ("ends_when_nullified", raw.ends_when_nullified.is_some(), ENDING),
        ("excuses", raw.excuses.is_some(), PROMISES),
        ("wait_days", raw.wait_days.is_some(), &["deadline"]),
        ("first", raw.first.is_some(), &["precedence"]),
        ("grace_minutes", raw.grace_minutes.is_some(), &["precedence"]),
        ("clinician_roles", raw.clinician_roles.is_some(), &["precedence"]),
        ("delegated", raw.delegated.is_some(), &["precedence"]),
        ("excused_by", raw.excused_by.is_some(), &["precedence"]),
        ("accepted", raw.accepted.is_some() || accepts, &["presence"]),
        ("stands", raw.stands.is_some(), &["standing"]),
        ("of_services", raw.of_services.is_some(), &["standing"]),
        ("covers", raw.covers.is_some(), &["coverage"]),
        ("asks_again", raw.asks_again.is_some(), &["prohibition"]),
        ("note", raw.note.is_some(), &["record_only"]),
    ];
    let form = raw.form.get_ref();
    for (key, _, forms) in given.iter().filter(|(_, given, _)| *given) {
        if !forms.contains(&form.as_str()) && super::forms::is_form(form) {
            let problem = format!("`{key}` does not belong to the form `{form}`");
            let expected = match forms {
                [] => "no `trigger` where `of_services` is asked".to_owned(),
                forms => format!("it only with {}", forms.join(", ")),
            };
            reader.refuse(reader.key_at(span, key), problem, expected);
        }
    }
}
