//! What a patient waits for: by when a result is expected, and whom to contact.

use ::safety_net::results_expected;
use async_graphql::{Context, ID, SimpleObject};
use chrono::{DateTime, Utc};
use directory::ContactAsk;
use next_step::{Asking, ContactLine, Given, line_between};
use steps::codes::{Audience, ContactPurpose};

use crate::{
    World,
    desk::{self, Known},
    schema::{directory::Organisation, scalars::Moment, who_to_contact::ContactFor},
};

/// A result that the patient waits for.
#[derive(SimpleObject)]
pub struct ResultExpected {
    /// The step that asked for the test, or did it.
    requested_by: ID,
    /// The test, as the department names it.
    test_name: Option<String>,
    /// When it was done; null: not yet, as far as the steps say.
    performed_on: Option<Moment>,
    /// By when the result is expected.
    expected_by: Moment,
    /// Whether that has passed: ask the contact.
    overdue: bool,
    /// Who answers for it.
    organisation: Organisation,
    /// Whom to contact about it.
    contact: ContactFor,
}

/// The results that the patient of a pathway has not been told, the first expected first.
pub(in crate::schema) async fn of_pathway(
    ctx: &Context<'_>,
    known: &Known,
    moment: DateTime<Utc>,
) -> async_graphql::Result<Vec<ResultExpected>> {
    let world = ctx.data::<World>()?;
    let history = std::sync::Arc::clone(&known.history);
    let net = std::sync::Arc::clone(&world.rules.safety_net);
    let length = history.entries().len();
    let found = desk::aside(length, move || results_expected(&history, &net, moment)).await?;
    desk::charge(ctx, found.len()).await?;
    let told = |one| told(world, one, (moment, known.at));
    Ok(found.into_iter().map(told).collect())
}

fn told(
    world: &World,
    one: ::safety_net::ResultExpected,
    (on, known): (DateTime<Utc>, Option<DateTime<Utc>>),
) -> ResultExpected {
    let directory = world.directory();
    let code = one.organisation.as_ref();
    let organisation = code.and_then(|code| directory.organisation(code, on, known));
    let name = organisation.map_or_else(
        || code.map_or_else(|| "your practice".to_owned(), ToString::to_string),
        |organisation| organisation.name.to_string(),
    );
    let (audience, purpose) = (Audience::Patient, ContactPurpose::Results);
    let asking = Asking { on, known, freshness: world.rules.due.freshness() };
    let line = |organisation| {
        let ask = ContactAsk { organisation, service: None, audience, purpose, on, known };
        ContactFor::from(line_between(&directory, &ask, asking))
    };
    let contact = code.map_or_else(|| ContactFor::from(nobody_named()), line);
    ResultExpected {
        requested_by: one.requested_by.0.into(),
        test_name: one.test_name.as_ref().map(ToString::to_string),
        performed_on: one.performed_on.map(Moment),
        expected_by: Moment(one.expected_by),
        overdue: one.overdue,
        organisation: Organisation::named(code, &name),
        contact,
    }
}

/// Where the steps do not say who asked for the test.
fn nobody_named() -> ContactLine<'static> {
    ContactLine {
        given: Given::Advice("ask your GP practice who asked for this test".to_owned()),
        note: Some("it is not recorded who asked for this test".to_owned()),
        checked: "there is no line to check".to_owned(),
        not_digital: "ask your GP practice".to_owned(),
    }
}
