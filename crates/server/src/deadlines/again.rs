//! What went as a task in a clinical system is asked for again, once, of whoever sent it.

use std::sync::PoisonError;

use pathway::History;
use steps::{
    ActionId, EventId, OccurredAt, OdsCode, QueryId, Step,
    interface_and_safety::{ObligationBreached, ResendRequested},
};

use super::{Deadlines, due::Fallen, recording::Recording};

/// What was sent by a way that does not count.
struct Sent<'h> {
    to: &'h OdsCode,
    query: Option<&'h QueryId>,
    action: Option<&'h ActionId>,
}

impl Deadlines {
    /// Records the request to send it again, where the rule that was broken asks for that.
    pub(super) async fn ask_again(&self, fallen: &Fallen, history: &History) -> anyhow::Result<()> {
        let Some(request) = self.request(fallen, history) else { return Ok(()) };
        self.record(Recording {
            about: &format!("resend/{}/{}", request.rule, fallen.trigger),
            pathway: Some(fallen.pathway),
            occurred_at: OccurredAt::Instant(fallen.due),
            caused_by: Some(fallen.trigger),
            step: request.into(),
        })
        .await
    }

    fn request(&self, fallen: &Fallen, history: &History) -> Option<ResendRequested> {
        let Step::ObligationBreached(broken) = &fallen.step else { return None };
        let sent = sent(history, fallen.trigger).filter(|_| self.asks_again(broken))?;
        Some(ResendRequested {
            event_id: fallen.trigger,
            rule: broken.rule.clone(),
            pack: Some(broken.pack.clone()),
            pack_version: Some(broken.pack_version.clone()),
            organisation: self.present(broken.organisation.as_ref()?),
            to_organisation: Some(sent.to.clone()),
            query_id: sent.query.cloned(),
            action_id: sent.action.cloned(),
        })
    }

    /// Who has the work of an organisation now: nobody is asked at a closed one.
    fn present(&self, code: &OdsCode) -> OdsCode {
        let directory = self.world.directory.read().unwrap_or_else(PoisonError::into_inner);
        directory.successor(code, (self.world.now)(), None).clone()
    }

    fn asks_again(&self, broken: &ObligationBreached) -> bool {
        let Ok(version) = broken.pack_version.as_str().parse() else { return false };
        let rule = self.world.rules.packs.rule(&broken.pack, version, &broken.rule);
        rule.is_some_and(|rule| rule.asks_again)
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "three steps may go as a task")]
fn sent(history: &History, event: EventId) -> Option<Sent<'_>> {
    let entry = history.entries().iter().find(|entry| entry.event_id() == event)?;
    Some(match entry.step() {
        Step::MessageSent(s) => {
            Sent { to: &s.to_organisation, query: Some(&s.query_id), action: s.action_id.as_ref() }
        }
        Step::WorkTransferRequested(s) => {
            Sent { to: &s.to_organisation, query: None, action: Some(&s.action_id) }
        }
        Step::ActionRequested(s) => {
            Sent { to: &s.owner_organisation, query: None, action: Some(&s.action_id) }
        }
        _ => return None,
    })
}
