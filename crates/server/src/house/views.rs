//! The views, and the rules that ship.

use std::sync::Arc;

use api::Rules;
use cancer_and_diagnostics::CancerAndDiagnosticsView;
use compliance::ComplianceView;
use interface::InterfaceView;
use next_step::{DuePolicy, NextStepView};
use policy::{
    ContactPoints, InterfaceRules, Outlook, Packs, PublicWaits, ReportingFunctions, SafetyNet,
    Targets,
};
use projector::View;
use safety_net::SafetyNetView;
use waiting_times::WaitingTimesView;

use super::kept::News;
use crate::telling::Telling;

/// The views, with the rules they are made with.
pub(crate) struct Views {
    pub(crate) next_step: Arc<NextStepView>,
    pub(crate) compliance: Arc<ComplianceView>,
    pub(crate) waiting_times: Arc<WaitingTimesView>,
    pub(crate) cancer_and_diagnostics: Arc<CancerAndDiagnosticsView>,
    pub(crate) safety_net: Arc<SafetyNetView>,
    pub(crate) interface: Arc<InterfaceView>,
    pub(crate) rules: Rules,
}

impl Views {
    /// The views under the rules that ship.
    pub(crate) fn shipped() -> Self {
        let rules = Rules {
            clock: Arc::new(policy::shipped_clock()),
            due: Arc::new(DuePolicy::shipped()),
            contact_points: Arc::new(ContactPoints::shipped()),
            packs: Arc::new(Packs::shipped()),
            targets: Arc::new(Targets::shipped()),
            functions: Arc::new(ReportingFunctions::shipped()),
            standards: Arc::new(policy::shipped_standards()),
            public_waits: Arc::new(PublicWaits::shipped()),
            outlook: Arc::new(Outlook::shipped()),
            letters: Arc::new(letters::Templates::shipped()),
            safety_net: Arc::new(SafetyNet::shipped()),
        };
        let standards = (*rules.standards).clone();
        Self {
            next_step: Arc::new(NextStepView::new(DuePolicy::shipped(), (*rules.clock).clone())),
            compliance: Arc::new(ComplianceView::new(
                (*rules.packs).clone(),
                (*rules.clock).clone(),
            )),
            waiting_times: Arc::new(WaitingTimesView::new((*rules.clock).clone())),
            cancer_and_diagnostics: Arc::new(CancerAndDiagnosticsView::new(standards)),
            safety_net: Arc::new(SafetyNetView::new((*rules.safety_net).clone())),
            interface: Arc::new(InterfaceView::new(InterfaceRules::shipped())),
            rules,
        }
    }

    /// As the projector takes them.
    pub(crate) fn all(&self) -> Vec<Arc<dyn View>> {
        vec![
            Arc::clone(&self.next_step) as Arc<dyn View>,
            Arc::clone(&self.compliance) as Arc<dyn View>,
            Arc::clone(&self.waiting_times) as Arc<dyn View>,
            Arc::clone(&self.cancer_and_diagnostics) as Arc<dyn View>,
            Arc::clone(&self.safety_net) as Arc<dyn View>,
            Arc::clone(&self.interface) as Arc<dyn View>,
        ]
    }

    /// The views, of which next-step and the interface tell which pathways changed.
    pub(super) fn telling(&self, news: &News) -> Vec<Arc<dyn View>> {
        let next_step =
            Telling { view: Arc::clone(&self.next_step), changed: news.next_step.clone() };
        let interface =
            Telling { view: Arc::clone(&self.interface), changed: news.interface.clone() };
        let telling = [self.next_step.name(), self.interface.name()];
        let mut all = self.all();
        all.retain(|view| !telling.contains(&view.name()));
        all.push(Arc::new(next_step));
        all.push(Arc::new(interface));
        all
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use pathway::clock::{ClockPolicy, ClockSettings, ClockVersion};

    use super::*;

    #[test]
    fn other_settings_of_the_clock_are_other_rules_of_the_waiting_times() {
        let digest = |policy: &ClockPolicy| WaitingTimesView::new(policy.clone()).rules_digest();
        let shipped = policy::shipped_clock();
        let changed = ClockSettings { planned_grace_days: 7, ..ClockSettings::default() };
        let later = ClockVersion { number: 2, from: NaiveDate::MAX, settings: changed };
        let later = ClockPolicy::dated((1, ClockSettings::default()), vec![later], Vec::new());
        assert_eq!(digest(&shipped), Views::shipped().waiting_times.rules_digest());
        assert_ne!(digest(&shipped), digest(&later));
    }
}
