//! What changes at the interface, as it does.

use std::{collections::BTreeSet, sync::PoisonError};

use ::interface::{cases_of, concerns_of, work_of};
use async_graphql::{Context, Subscription};
use futures::{Stream, StreamExt, stream};
use steps::{OdsCode, PathwayId};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{
    concerns::{ConcernRouteName, InterfaceConcern},
    deaths::ExaminerCase,
    organisation,
    work::PassedWork,
};
use crate::{World, identity};

/// What can be followed of the interface.
#[derive(Default)]
pub struct InterfaceSubscription;

#[Subscription]
impl InterfaceSubscription {
    /// Concerns as they are raised, go on and are closed from now on; those of an organisation are raised
    /// by it or about it. With `route: INTERFACE_LEADS` it is what the leads of both sides are to see the
    /// same day. For staff and auditors.
    async fn interface_concerns_live(
        &self,
        ctx: &Context<'_>,
        organisation: Option<String>,
        route: Option<ConcernRouteName>,
    ) -> async_graphql::Result<impl Stream<Item = InterfaceConcern> + use<>> {
        let watching = Watching::of(ctx, organisation)?;
        let found = stream::unfold(watching, move |mut watching| async move {
            let mut all = Vec::new();
            for id in watching.changed().await? {
                let read = watching.world.interface.with(|conn| Ok(concerns_of(conn, id)));
                let now = watching.world.now();
                let listed = read.ok()?.ok()?.into_iter();
                all.extend(listed.map(|one| InterfaceConcern::of(one, now)));
            }
            let who = watching.organisation.clone();
            all.retain(|one| is_of(one, who.as_ref(), route));
            Some((all, watching))
        });
        Ok(found.map(stream::iter).flatten())
    }

    /// Work as it is asked for, taken and returned from now on; of an organisation what it asks for or is
    /// asked. For staff and auditors.
    async fn passed_work_live(
        &self,
        ctx: &Context<'_>,
        organisation: Option<String>,
    ) -> async_graphql::Result<impl Stream<Item = PassedWork> + use<>> {
        let watching = Watching::of(ctx, organisation)?;
        let found = stream::unfold(watching, |mut watching| async move {
            let mut all = Vec::new();
            for id in watching.changed().await? {
                let read = watching.world.interface.with(|conn| Ok(work_of(conn, id)));
                all.extend(read.ok()?.ok()?.into_iter().map(PassedWork::of));
            }
            let who = watching.organisation.clone();
            all.retain(|one| {
                let work = one.work();
                let is_theirs = |who: &OdsCode| work.asked == *who || work.sender == who.as_str();
                who.as_ref().is_none_or(is_theirs)
            });
            Some((all, watching))
        });
        Ok(found.map(stream::iter).flatten())
    }

    /// The medical examiner's cases as they move from now on; of an office its own. For staff and
    /// auditors.
    async fn medical_examiner_cases_live(
        &self,
        ctx: &Context<'_>,
        office: Option<String>,
    ) -> async_graphql::Result<impl Stream<Item = ExaminerCase> + use<>> {
        let watching = Watching::of(ctx, office)?;
        let found = stream::unfold(watching, |mut watching| async move {
            let mut all = Vec::new();
            for id in watching.changed().await? {
                let read = watching.world.interface.with(|conn| Ok(cases_of(conn, id)));
                all.extend(read.ok()?.ok()?);
                let register = watching.world.register.read();
                let register = register.unwrap_or_else(PoisonError::into_inner);
                all.extend(register.of(id.0).cloned());
            }
            let office = watching.organisation.clone();
            all.retain(|case| office.is_none() || case.office == office);
            Some((all.into_iter().map(ExaminerCase).collect::<Vec<_>>(), watching))
        });
        Ok(found.map(stream::iter).flatten())
    }
}

fn is_of(one: &InterfaceConcern, who: Option<&OdsCode>, route: Option<ConcernRouteName>) -> bool {
    let concern = one.concern();
    let is_theirs = |who: &OdsCode| {
        concern.from_organisation == *who || concern.to_organisation.as_ref() == Some(who)
    };
    let goes_there =
        |route: ConcernRouteName| concern.routed.is_some_and(|routed| routed.to == route.into());
    who.is_none_or(is_theirs) && route.is_none_or(goes_there)
}

/// Whoever follows the interface.
struct Watching {
    world: World,
    organisation: Option<OdsCode>,
    news: Receiver<PathwayId>,
}

impl Watching {
    fn of(ctx: &Context<'_>, organisation: Option<String>) -> async_graphql::Result<Self> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?.clone();
        let organisation = self::organisation("organisation", organisation)?;
        let news = world.interface_changed.subscribe();
        Ok(Self { world, organisation, news })
    }

    /// The streams that changed since, each once; `None`: the server stops. Who is too slow finds what
    /// was missed in the lists.
    async fn changed(&mut self) -> Option<BTreeSet<PathwayId>> {
        let first = match self.news.recv().await {
            Ok(changed) => Some(changed),
            Err(RecvError::Lagged(_)) => None,
            Err(RecvError::Closed) => return None,
        };
        let mut changed: BTreeSet<PathwayId> = first.into_iter().collect();
        while let Ok(more) = self.news.try_recv() {
            changed.insert(more);
        }
        Some(changed)
    }
}
