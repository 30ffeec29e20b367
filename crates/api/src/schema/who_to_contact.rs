//! Who owns my next step, by when, whom do I contact.

use ::waiting_times::ExpectedWait as Figures;
use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use directory::Directory;
use next_step::{Asking, ContactLine, Given, NextStep, who_to_contact};
use pathway::london;
use policy::PublicSettings;

use super::{
    directory::{Organisation, channel_name, ways_in},
    history::role_name,
    scalars::{Date, LogPosition, Moment, pathway_id},
};
use crate::{
    World,
    desk::{Asked, Desk, Known},
    identity::{self, Principal},
    world::unread,
};

mod fields;

/// Who is responsible now, what happens next, by when, and whom to contact.
#[derive(SimpleObject)]
pub struct Contacts {
    /// Where the pathway stands, as a stable code.
    state: &'static str,
    /// Who is responsible now, in plain words.
    owner_plain: String,
    /// The role that owns the step.
    owner_role: String,
    /// The organisation that owns the step.
    owner_organisation: Organisation,
    /// What happens next, in plain words.
    what_next: String,
    /// By when: a day, or an instant.
    due_by: Option<Moment>,
    /// The same in words, with what it rests on; where no day is set, that none is.
    due_in_words: String,
    /// Whether that has passed.
    overdue: bool,
    /// What is not yet there, in plain words: "not yet acknowledged by X, due Y".
    not_yet: Option<String>,
    /// The next appointment.
    next_appointment: Option<NextAppointment>,
    /// How long people wait at this provider in this function.
    expected_wait: Option<ExpectedWait>,
    /// Whom to contact with questions.
    for_questions: ContactFor,
    /// Whom to contact about a delay; after a death the family's line, as all three.
    for_delay: ContactFor,
    /// Whom to contact if the condition gets worse; after a death the family's line.
    if_worse: ContactFor,
    /// When the patient was last told anything.
    told_patient_on: Option<Date>,
}

/// An appointment to come.
#[derive(SimpleObject)]
pub struct NextAppointment {
    /// When it starts.
    starts_at: DateTime<Utc>,
    /// Where, in words for the patient.
    place: String,
}

/// How long people wait on a date, by the published method: rounded, and nothing of few people.
#[derive(SimpleObject)]
pub struct ExpectedWait {
    /// The median wait in weeks; null where too few wait to say.
    median_weeks: Option<f64>,
    /// The wait in weeks within which 92 of 100 lie; null where too few wait to say.
    percentile92_weeks: Option<f64>,
    /// The method of both.
    method: &'static str,
    /// The day of the list.
    as_of: Date,
}

/// A way to reach somebody, never empty: where nothing is recorded it says what to do instead.
#[derive(SimpleObject)]
pub struct ContactFor {
    /// Its name.
    name: String,
    /// TELEPHONE, EMAIL and so on; NOT_RECORDED where there is only advice.
    channel: String,
    /// The number or address; or the advice.
    value: String,
    /// When it is answered.
    hours: String,
    /// Interpreters, text relay and other ways in.
    access: Option<String>,
    /// When the line was last checked.
    verified_on: Option<Date>,
    /// The same in words.
    checked: String,
    /// How to reach somebody without a digital channel.
    not_digital: String,
    /// What is to be known of the line: that it stands in for another, is said not to work, or was not
    /// checked lately, and what to do then.
    note: Option<String>,
}

impl From<ContactLine<'_>> for ContactFor {
    fn from(line: ContactLine<'_>) -> Self {
        let ContactLine { given, note, checked, not_digital, of_another: _ } = line;
        match given {
            Given::Point(reach) => Self {
                name: reach.point.name.to_string(),
                channel: channel_name(reach.point.channel),
                value: reach.point.endpoint.to_string(),
                hours: reach.point.hours.to_string(),
                access: ways_in(reach.point),
                verified_on: reach.verified_on.map(Date),
                checked,
                not_digital,
                note,
            },
            Given::Advice(advice) => Self {
                name: "No contact is recorded".to_owned(),
                channel: "NOT_RECORDED".to_owned(),
                value: advice,
                hours: "not recorded".to_owned(),
                access: None,
                verified_on: None,
                checked,
                not_digital,
                note,
            },
        }
    }
}

impl ExpectedWait {
    /// What is told of the figures, by the settings of what the public is told.
    fn told(figures: Figures, settings: &PublicSettings) -> Self {
        Self {
            median_weeks: settings.told(figures.people, figures.median_weeks),
            percentile92_weeks: settings.told(figures.people, figures.percentile_92_weeks),
            method: figures.method,
            as_of: Date(figures.as_of),
        }
    }
}

/// The answer for a next step, with the directory as it is, or as it was known at a moment.
pub(super) fn contacts_of(
    world: &World,
    step: &NextStep,
    as_known_at: Option<DateTime<Utc>>,
) -> Contacts {
    let on = as_known_at.unwrap_or_else(|| world.now());
    let directory = world.directory();
    let asking = Asking { on, known: as_known_at, freshness: world.freshness(on) };
    let mut contacts = joined(&directory, step, asking);
    contacts.expected_wait = expected_wait(world, step, on);
    contacts
}

fn joined(directory: &Directory, step: &NextStep, asking: Asking) -> Contacts {
    let answer = who_to_contact(step, directory, asking);
    Contacts {
        state: answer.state.code(),
        owner_organisation: Organisation::named(
            answer.owner_organisation.code,
            &answer.owner_organisation.name,
        ),
        owner_plain: answer.owner_plain,
        owner_role: role_name(answer.role),
        what_next: answer.what_next.into_owned(),
        due_by: answer.due_by.map(|due| Moment(due.at)),
        due_in_words: answer.due_in_words,
        overdue: answer.overdue,
        not_yet: answer.not_yet,
        next_appointment: answer.next_appointment.map(|appointment| NextAppointment {
            starts_at: appointment.starts_at,
            place: appointment.place.as_ref().map_or_else(
                || "the place is not recorded: ask the number for questions".to_owned(),
                ToString::to_string,
            ),
        }),
        expected_wait: None,
        for_questions: ContactFor::from(answer.for_questions),
        for_delay: ContactFor::from(answer.for_delay),
        if_worse: ContactFor::from(answer.if_worse),
        told_patient_on: answer.told_patient_on.map(Date),
    }
}

fn expected_wait(world: &World, step: &NextStep, on: DateTime<Utc>) -> Option<ExpectedWait> {
    let (figures, settings) = figures_of(world, step, on)?;
    Some(ExpectedWait::told(figures, settings))
}

/// How long people wait where the step is, and the settings by which that is told: a patient asks and a
/// letter is read by whoever finds it.
pub(super) fn figures_of<'a>(
    world: &'a World,
    step: &NextStep,
    on: DateTime<Utc>,
) -> Option<(Figures, &'a PublicSettings)> {
    let (provider, function) = (step.provider.as_ref()?, step.function.as_ref()?);
    let day = london::date_of(on);
    let settings = world.rules.public_waits.on(day)?;
    let figures = world.waiting_times.expected_wait(provider, function, day)?;
    Some((figures, settings))
}

/// The read that a patient needs most.
#[derive(Default)]
pub struct WhoToContactQuery;

#[Object]
impl WhoToContactQuery {
    /// Who owns the next step of a pathway, by when, and whom to contact; with `asKnownAt`, as it was
    /// known then. A pathway that is not yours answers as one that does not exist: null.
    async fn who_to_contact(
        &self,
        ctx: &Context<'_>,
        pathway_id: ID,
        as_known_at: Option<DateTime<Utc>>,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<Option<Contacts>> {
        let principal = identity::principal(ctx)?;
        let world = ctx.data::<World>()?;
        let id = self::pathway_id(&pathway_id)?;
        world.not_to_come("asKnownAt", as_known_at)?;
        if as_known_at.is_some() {
            let asked = Asked { world, principal, field: "whoToContact" };
            let known = Desk::of(ctx)?.known(asked, id, as_known_at).await?;
            return match known {
                Some(known) => contacts_as_known(world, &known).await.map(Some),
                None => Ok(None),
            };
        }
        world.wait(&world.next_steps, at_least.map(|at| at.0)).await?;
        as_of_now(world, principal, id)
    }
}

/// The answer as things stand; `None` where there is no such pathway for this caller.
pub(crate) fn as_of_now(
    world: &World,
    principal: &Principal,
    id: steps::PathwayId,
) -> async_graphql::Result<Option<Contacts>> {
    let row = world.next_steps.one(|conn| next_step::by_pathway(conn, id)).map_err(unread)?;
    let row = row.filter(|row| principal.may_see(row.subject));
    Ok(row.map(|row| contacts_of(world, &row, None)))
}

/// The answer for a pathway as known at a moment.
pub(super) async fn contacts_as_known(
    world: &World,
    known: &Known,
) -> async_graphql::Result<Contacts> {
    let step = known.next_step(&world.rules).await?;
    Ok(contacts_of(world, &step, known.at))
}

#[cfg(test)]
mod tests {
    use policy::PublicWaits;

    use super::*;

    fn told(people: u32, policy: &str) -> [Option<f64>; 2] {
        let as_of = "2026-02-01".parse().unwrap();
        let figures = Figures {
            people,
            median_weeks: Some(11.4),
            percentile_92_weeks: Some(29.6),
            method: "rtt-2025",
            as_of,
        };
        let waits = PublicWaits::parse("w.toml", policy).unwrap();
        let told = ExpectedWait::told(figures, waits.on(as_of).unwrap());
        [told.median_weeks, told.percentile92_weeks]
    }

    #[test]
    fn of_few_people_no_wait_is_told_and_of_more_in_whole_weeks() {
        let shipped = include_str!("../../../../schema/policies/public-waits.toml");
        assert_eq!(told(19, shipped), [None, None]);
        assert_eq!(told(20, shipped), [Some(11.0), Some(30.0)]);
    }

    #[test]
    fn whom_it_takes_to_be_told_of_is_the_settings_and_not_the_methods() {
        let stricter = "title = \"t\"\nsource = \"s\"\n[[edition]]\nfrom = \"2025-04-01\"\n\
            smallest_count = 50\nband_edges = [50]\nweeks_rounded_to = 4\nmax_age_seconds = 60\n";
        assert_eq!(told(49, stricter), [None, None]);
        assert_eq!(told(50, stricter), [Some(12.0), Some(28.0)]);
    }
}
