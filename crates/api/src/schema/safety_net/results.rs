//! What a patient waits for: by when a result is expected, and whom to contact.

use ::safety_net::results_expected;
use async_graphql::{Context, ID, SimpleObject};
use chrono::{DateTime, Utc};
use directory::ContactAsk;
use next_step::{Asking, ContactLine, line_between};
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
    let asking = Asking { on, known, freshness: world.freshness(on) };
    let line = code.map(|organisation| {
        let ask = ContactAsk { organisation, service: None, audience, purpose, on, known };
        line_between(&directory, &ask, asking)
    });
    let line = line.filter(|line| line.reach().is_some());
    let advice = || ContactLine::advice(format!("Ask {name}: no contact for results is recorded"));
    let contact = ContactFor::from(line.unwrap_or_else(advice));
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
