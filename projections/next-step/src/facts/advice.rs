//! Advice that was asked for, one entry a request, and where it stands.

use steps::{
    FunctionCode, OccurredAt, OdsCode, ServiceId, Step,
    advice_and_referral::{AdviceRequested, Recommendation},
    codes::Priority,
};

use super::Facts;
use crate::thread::Mark;

/// Where a request for advice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// The specialist has it.
    Asked,
    /// The specialist needs to know more.
    NeedsInformation,
    /// The specialist answered, and the referrer has to act on it.
    Answered,
    /// The referrer referred the patient.
    Referred,
    /// The specialist made a referral of it.
    Converted,
    /// It was ended.
    Closed,
}

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Advice {
    pub(crate) asked: Mark,
    pub(crate) referrer: Option<OdsCode>,
    pub(crate) provider: Option<OdsCode>,
    pub(crate) service: ServiceId,
    pub(crate) priority: Priority,
    pub(crate) function: Option<FunctionCode>,
    pub(crate) standing: Standing,
    /// The step by which it came to stand so.
    pub(crate) since: Mark,
    /// When an answer is due, where the step says so.
    pub(crate) due: Option<OccurredAt>,
    pub(crate) answered: Option<Mark>,
    pub(crate) recommendation: Option<Recommendation>,
}

impl Standing {
    /// Whether somebody still owes something.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Asked | Self::NeedsInformation | Self::Answered)
    }
}

impl Facts {
    /// A step that names no request is about the last one that is open.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all other steps are not about advice")]
    pub(super) fn advice(&mut self, step: &Step, mark: Mark) {
        match step {
            Step::AdviceRequested(it) => self.advice.push(Advice::asked(it, mark)),
            Step::AdviceFurtherInformationRequested(it) => {
                self.advice_stands(Standing::NeedsInformation, it.due, mark);
            }
            Step::AdviceGiven(it) => {
                if let Some(open) = self.advice_stands(Standing::Answered, None, mark) {
                    open.answered = Some(mark);
                    open.recommendation = Some(it.recommendation);
                }
            }
            Step::AdviceConvertedToReferral(it) => {
                if let Some(open) = self.advice_stands(Standing::Converted, None, mark) {
                    open.function.clone_from(&it.function);
                }
            }
            Step::AdviceClosed(_) => {
                self.advice_stands(Standing::Closed, None, mark);
            }
            Step::ReferralSent(_) | Step::ReferralReceived(_) => self.referred_after_advice(mark),
            _ => {}
        }
    }

    fn advice_stands(
        &mut self,
        standing: Standing,
        due: Option<OccurredAt>,
        mark: Mark,
    ) -> Option<&mut Advice> {
        let open = self.advice.iter_mut().rev().find(|one| one.standing.is_open())?;
        open.standing = standing;
        open.since = mark;
        open.due = due;
        Some(open)
    }

    /// A referral is what an answer may lead to; an unanswered question stays open beside it.
    fn referred_after_advice(&mut self, mark: Mark) {
        let answered = self.advice.iter_mut().filter(|one| one.standing == Standing::Answered);
        for one in answered {
            one.standing = Standing::Referred;
            one.since = mark;
        }
    }
}

impl Advice {
    fn asked(it: &AdviceRequested, mark: Mark) -> Self {
        Self {
            asked: mark,
            referrer: it.referrer.clone(),
            provider: it.provider.clone(),
            service: it.service.clone(),
            priority: it.priority,
            function: None,
            standing: Standing::Asked,
            since: mark,
            due: None,
            answered: None,
            recommendation: None,
        }
    }
}
