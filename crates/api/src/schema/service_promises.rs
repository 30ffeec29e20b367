//! Whether a service keeps its standing promises: points of contact (SEL 4.1), an entry in the directory
//! (5.5) and public waiting times (6.4), judged from what the directory says of it at a moment.

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Days, Utc};
use directory::{Directory, Freshness, LiveAsk};
use pathway::london;
use policy::{Form, Live, Reached, ServiceAsk, ServicePromise as Judged, ServiceSaid, Side};
use steps::{OdsCode, ServiceId, codes::Audience};

use super::{
    history::role_name,
    obligations::ObligationState,
    public_waits::{PublicWait, indication},
    scalars::bad_input,
};
use crate::{World, desk, identity};

/// A promise about a service, and whether it was kept at the moment asked about.
#[derive(SimpleObject)]
pub struct ServicePromise {
    /// The rule, SEL-4.1.
    rule: String,
    /// What the rule promises, in plain English.
    title: String,
    /// How the rule is read where its text leaves it open.
    reading: String,
    /// Where the rule stands.
    source: String,
    /// The pack of the rule.
    pack: String,
    /// The version of the pack that was in force.
    pack_version: u32,
    /// How it stands: MET or BREACHED; UNKNOWN where the directory does not tell; NOT_APPLICABLE where
    /// the pack binds another board.
    state: ObligationState,
    /// What is missing, or what would tell.
    missing: Vec<String>,
    /// The steps of the directory that say so.
    evidence: Vec<ID>,
    /// Of public waiting times: our own answer to the public, where it shows a figure; it is evidence
    /// too, and no step tells of it.
    own_answer: Option<PublicWait>,
    /// The organisation that answers for it.
    accountable: String,
    /// The role there.
    owner_role: String,
}

impl ServicePromise {
    fn of(
        world: &World,
        judged: Judged,
        accountable: &OdsCode,
        own_answer: Option<&PublicWait>,
    ) -> Option<Self> {
        let rule = world.rules.packs.rule(&judged.pack, judged.pack_version, &judged.rule)?;
        let is_of_waits = match &rule.form {
            Form::OfServices(asked) => asked.asks == ServiceAsk::WaitingTimes,
            _ => false,
        };
        Some(Self {
            rule: judged.rule.to_string(),
            title: rule.title.clone(),
            reading: rule.reading.clone(),
            source: rule.source.clone(),
            pack: judged.pack.to_string(),
            pack_version: judged.pack_version,
            state: judged.state.into(),
            missing: judged.missing,
            evidence: judged.evidence.iter().map(|event| event.0.into()).collect(),
            own_answer: own_answer.filter(|_| is_of_waits).cloned(),
            accountable: accountable.to_string(),
            owner_role: role_name(rule.owner_role),
        })
    }
}

/// What our own answer to the public says of the service that day.
enum OwnAnswer {
    /// A figure.
    Shown(PublicWait),
    /// No figure.
    Withheld,
    /// It is not kept what was shown on another day than today.
    NotKnown,
}

impl OwnAnswer {
    async fn of(
        ctx: &Context<'_>,
        entry: Option<&directory::Service>,
        on: DateTime<Utc>,
    ) -> async_graphql::Result<Self> {
        let could = entry.filter(|it| it.function.is_some() && it.restricted != Some(true));
        let Some(entry) = could else { return Ok(Self::Withheld) };
        let now = ctx.data::<World>()?.now();
        if london::date_of(on) != london::date_of(now) {
            return Ok(Self::NotKnown);
        }
        let shown = indication(ctx, entry)?.filter(PublicWait::shows_a_figure);
        Ok(shown.map_or(Self::Withheld, Self::Shown))
    }

    const fn shown(&self) -> Option<&PublicWait> {
        match self {
            Self::Shown(wait) => Some(wait),
            Self::Withheld | Self::NotKnown => None,
        }
    }

    const fn is_shown(&self) -> Option<bool> {
        match self {
            Self::Shown(_) => Some(true),
            Self::Withheld => Some(false),
            Self::NotKnown => None,
        }
    }
}

/// The reads of promises about services.
#[derive(Default)]
pub struct ServicePromisesQuery;

#[Object]
impl ServicePromisesQuery {
    /// The standing promises about a service, as the directory has it at a moment: points of contact, an
    /// entry, public waiting times; by precedence of the pack. Empty where the directory says nothing of
    /// the service. For staff and auditors.
    async fn service_promises(
        &self,
        ctx: &Context<'_>,
        service: ID,
        on: Option<DateTime<Utc>>,
    ) -> async_graphql::Result<Vec<ServicePromise>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?;
        let id: ServiceId =
            service.parse().map_err(|bad| bad_input(format!("`service`: {bad}")))?;
        world.not_to_come("on", on)?;
        let on = on.unwrap_or_else(|| world.now());
        desk::charge_survey(ctx, 1).await?;
        // Our own answer reads the directory too: it is not held meanwhile.
        let entry = world.directory().service(&id, on, None).cloned();
        let own = OwnAnswer::of(ctx, entry.as_ref(), on).await?;
        let promises: Vec<ServicePromise> = {
            let directory = world.directory();
            let Some(provider) = directory.runs(&id, on, None) else { return Ok(Vec::new()) };
            let judged = judged(world, &directory, &id, on, own.is_shown());
            let promises = judged.into_iter();
            promises
                .filter_map(|one| ServicePromise::of(world, one, provider, own.shown()))
                .collect()
        };
        desk::charge(ctx, promises.len()).await?;
        Ok(promises)
    }
}

/// What became of each promise about the service, by what the directory says of it.
fn judged(
    world: &World,
    directory: &Directory,
    id: &ServiceId,
    on: DateTime<Utc>,
    own_answer: Option<bool>,
) -> Vec<Judged> {
    let Some(organisation) = directory.runs(id, on, None) else { return Vec::new() };
    let reached = |side: Side, verified_within_days: u32| {
        let oldest = Days::new(verified_within_days.into());
        let verified_since = london::date_of(on).checked_sub_days(oldest).unwrap_or_default();
        let freshness = Freshness { verified_since, ..world.freshness(on) };
        let (audiences, service) = (audiences(side), Some(id));
        let ask = LiveAsk { organisation, service, audiences, on, known: None };
        reached(directory, ask, freshness)
    };
    let said = ServiceSaid {
        icb: directory.board_of(organisation, on, None).cloned(),
        reached: &reached,
        entry: directory.entered_by(id, on, None),
        waits: directory.waits_published(id, on, None),
        own_answer,
    };
    policy::judge_service(&world.rules.packs, &said, london::date_of(on))
}

const fn audiences(side: Side) -> &'static [Audience] {
    match side {
        Side::Patients => &[Audience::Patient],
        Side::Hospitals => &[Audience::Hospital],
        Side::Practices => &[Audience::Practice, Audience::PrimaryCareNetwork],
    }
}

/// How one side reaches the service: by the directory's own test of a live contact point.
fn reached(directory: &Directory, ask: LiveAsk<'_>, freshness: Freshness) -> Reached {
    let live = match directory.live_contact(ask, freshness) {
        directory::Live::Yes(_) => Live::Yes,
        directory::Live::DigitalOnly => Live::DigitalOnly,
        directory::Live::Faulty(_) | directory::Live::Missing => Live::No,
    };
    let points: Vec<_> = directory.live_contacts(ask, freshness).collect();
    let steps = points.iter().flat_map(|reach| [Some(reach.published_by), reach.verified_by]);
    Reached {
        live,
        interpreter: points.iter().any(|reach| reach.point.interpreter),
        text_relay: points.iter().any(|reach| reach.point.text_relay),
        evidence: steps.flatten().collect(),
    }
}
