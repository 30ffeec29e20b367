//! How each field of the answer is written when its document's plan is kept.
//!
//! A test compares these tables with the schema: a field that is there and not here fails it, and
//! until it stands here a document that asks for it goes to the executor.

use super::{ContactFor, Contacts, ExpectedWait, NextAppointment};
use crate::{
    kept_plans::{Field, Planned, leaf, object, perhaps},
    schema::directory::Organisation,
};

impl Planned for Contacts {
    const TYPE: &'static str = "Contacts";
    const FIELDS: &'static [Field<Self>] = &[
        ("state", |set| leaf(set, |it| &it.state)),
        ("ownerPlain", |set| leaf(set, |it| &it.owner_plain)),
        ("ownerRole", |set| leaf(set, |it| &it.owner_role)),
        ("ownerOrganisation", |set| object(set, |it: &Self| &it.owner_organisation)),
        ("whatNext", |set| leaf(set, |it| &it.what_next)),
        ("dueBy", |set| leaf(set, |it| &it.due_by)),
        ("dueInWords", |set| leaf(set, |it| &it.due_in_words)),
        ("overdue", |set| leaf(set, |it| &it.overdue)),
        ("notYet", |set| leaf(set, |it| &it.not_yet)),
        ("nextAppointment", |set| perhaps(set, |it: &Self| it.next_appointment.as_ref())),
        ("expectedWait", |set| perhaps(set, |it: &Self| it.expected_wait.as_ref())),
        ("forQuestions", |set| object(set, |it: &Self| &it.for_questions)),
        ("forDelay", |set| object(set, |it: &Self| &it.for_delay)),
        ("ifWorse", |set| object(set, |it: &Self| &it.if_worse)),
        ("toldPatientOn", |set| leaf(set, |it| &it.told_patient_on)),
    ];
}

impl Planned for Organisation {
    const TYPE: &'static str = "Organisation";
    const FIELDS: &'static [Field<Self>] =
        &[("code", |set| leaf(set, |it| &it.code)), ("name", |set| leaf(set, |it| &it.name))];
}

impl Planned for NextAppointment {
    const TYPE: &'static str = "NextAppointment";
    const FIELDS: &'static [Field<Self>] = &[
        ("startsAt", |set| leaf(set, |it| &it.starts_at)),
        ("place", |set| leaf(set, |it| &it.place)),
    ];
}

impl Planned for ExpectedWait {
    const TYPE: &'static str = "ExpectedWait";
    const FIELDS: &'static [Field<Self>] = &[
        ("medianWeeks", |set| leaf(set, |it| &it.median_weeks)),
        ("percentile92Weeks", |set| leaf(set, |it| &it.percentile92_weeks)),
        ("method", |set| leaf(set, |it| &it.method)),
        ("asOf", |set| leaf(set, |it| &it.as_of)),
    ];
}

impl Planned for ContactFor {
    const TYPE: &'static str = "ContactFor";
    const FIELDS: &'static [Field<Self>] = &[
        ("name", |set| leaf(set, |it| &it.name)),
        ("channel", |set| leaf(set, |it| &it.channel)),
        ("value", |set| leaf(set, |it| &it.value)),
        ("hours", |set| leaf(set, |it| &it.hours)),
        ("access", |set| leaf(set, |it| &it.access)),
        ("verifiedOn", |set| leaf(set, |it| &it.verified_on)),
        ("checked", |set| leaf(set, |it| &it.checked)),
        ("notDigital", |set| leaf(set, |it| &it.not_digital)),
        ("note", |set| leaf(set, |it| &it.note)),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of the fields of a type of the schema.
    fn published(name: &str) -> Vec<String> {
        let sdl = crate::schema::sdl();
        let body = sdl.split(&format!("\ntype {name} {{\n")).nth(1).unwrap();
        let body = body.split("\n}").next().unwrap();
        // A line of a description has words before its colon, if it has one.
        let names = body.lines().filter_map(|line| line.trim().split_once([':', '(']));
        let names = names.map(|(name, _)| name.to_owned());
        let mut names: Vec<String> = names.filter(|name| !name.contains(' ')).collect();
        names.sort();
        names
    }

    fn planned<T: Planned>() -> (Vec<String>, Vec<String>) {
        let mut names: Vec<String> = T::FIELDS.iter().map(|(name, _)| (*name).to_owned()).collect();
        names.sort();
        (names, published(T::TYPE))
    }

    #[test]
    fn every_field_of_the_answer_can_be_kept_in_a_plan_and_no_other() {
        for (planned, published) in [
            planned::<Contacts>(),
            planned::<Organisation>(),
            planned::<NextAppointment>(),
            planned::<ExpectedWait>(),
            planned::<ContactFor>(),
        ] {
            assert!(!published.is_empty());
            assert_eq!(planned, published);
        }
    }
}
