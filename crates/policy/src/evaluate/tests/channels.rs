//! A task inside a clinical system keeps no promise that somebody is told (Humberside LMCs interface guidance, tasks).

use serde_json::Value;

use crate::{Condition, Form, Needed, Packs, Rule, Test, Witness};

/// What keeps a rule.
fn kept_by(rule: &Rule) -> Vec<&Witness> {
    match &rule.form {
        Form::Deadline(promise) | Form::Precedence(promise) | Form::Prohibition(promise) => {
            promise.parts.iter().flat_map(|part| &part.kept_by).collect()
        }
        Form::Standing { stands, .. } => stands.iter().flat_map(|(_, told)| told).collect(),
        Form::Coverage(coverage) => match &coverage.needed {
            Needed::Until { steps, .. } => steps.iter().collect(),
            Needed::Window { .. } | Needed::Days { .. } | Needed::Schedule { .. } => Vec::new(),
        },
        Form::Wait { .. }
        | Form::Call(_)
        | Form::Presence
        | Form::OfServices(_)
        | Form::RecordOnly { .. } => Vec::new(),
    }
}

fn leaves_tasks_out(condition: &Condition) -> bool {
    let task = Value::from("CLINICAL_SYSTEM_TASK");
    let leaves_out = match &condition.test {
        Test::NoneOf(words) => words.contains(&task),
        Test::OneOf(words) => !words.contains(&task),
        Test::Present
        | Test::Absent
        | Test::Holds(_)
        | Test::HoldsAll(_)
        | Test::NotAfterStep
        | Test::NotBeforeStep
        | Test::SameAs(_)
        | Test::DiffersFrom(_)
        | Test::WithinDaysOf(..)
        | Test::AsLastTold(..) => false,
    };
    condition.field.to_string() == "channel" && leaves_out
}

#[test]
fn no_rule_of_any_pack_is_kept_by_a_task_inside_a_clinical_system() {
    const TELLING: [&str; 8] = [
        "ClinicLetterSent",
        "DischargeSummarySent",
        "EpisodeConclusionSent",
        "PatientInformed",
        "AppointmentCommunicated",
        "AppointmentOffered",
        "ResultCommunicatedToPatient",
        "QueryAnswered",
    ];
    let (packs, mut looked_at) = (Packs::shipped(), 0);
    for rule in packs.all().iter().flat_map(|pack| &pack.rules) {
        let kept_by = kept_by(rule).into_iter();
        for witness in kept_by.filter(|one| TELLING.contains(&one.step.name())) {
            looked_at += 1;
            let is_left_out = witness.only.iter().any(leaves_tasks_out);
            assert!(is_left_out, "{}: {}", rule.id, witness.step.name());
        }
    }
    assert!(looked_at > 30, "{looked_at}");
}
