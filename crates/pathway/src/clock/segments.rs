//! Who reports a period, and as what: it follows clinical responsibility, and reclassification.

use chrono::NaiveDate;
use steps::{FunctionCode, OdsCode, ServiceId, Step, codes::Priority};

use super::{ClockState, Period, Segment, machine::Machine, order::Dated};

/// What one step says of who reports.
#[derive(Debug, Clone, Default)]
struct Says {
    provider: Option<OdsCode>,
    site: Option<OdsCode>,
    service: Option<ServiceId>,
    commissioner: Option<OdsCode>,
    function: Option<FunctionCode>,
    priority: Option<Priority>,
}

/// Takes what the step says into the open period and into what is known.
pub(super) fn note(machine: &mut Machine<'_>, at: Dated<'_>) {
    if let (
        Step::PlacedOnPlannedList(_),
        ClockState::None | ClockState::Treated | ClockState::Stopped | ClockState::Planned,
    ) = (at.entry.step(), machine.state())
    {
        let says = said_by(at.entry.step());
        machine.reporter = says.segment(machine.reporter.as_ref(), at.on);
    }
    let Some((from, says)) = reclassified(at) else { return };
    if let Some(known) = machine.reporter.as_mut() {
        says.write_on(known);
    }
    let Some(period) = machine.clock.periods.last_mut() else { return };
    if period.end.as_ref().is_none_or(|end| from <= end.date) {
        change(&mut period.segments, from, |segment| says.write_on(segment));
    }
}

/// The first segment of a period that opens now.
pub(super) fn first(machine: &mut Machine<'_>, at: Dated<'_>, from: NaiveDate) -> Vec<Segment> {
    let says = said_by(at.entry.step());
    machine.reporter = says.segment(machine.reporter.as_ref(), from);
    machine.reporter.clone().into_iter().collect()
}

/// The step's provider reports from now on.
pub(super) fn hand_over(period: &mut Period, at: Dated<'_>, known: Option<Segment>) {
    let says = said_by(at.entry.step());
    let from = period.start.listed_from;
    match period.segments.first_mut() {
        Some(first) => first.from = first.from.min(from),
        None => period.segments.extend(says.segment(known.as_ref(), from)),
    }
    change(&mut period.segments, at.on, |segment| says.write_on(segment));
}

/// A completed period is reported under the function of the activity that stopped it.
pub(super) fn reported_as(period: &mut Period, step: &Step, on: NaiveDate) {
    if let Some(function) = said_by(step).function {
        let says = Says { function: Some(function), ..Says::default() };
        change(&mut period.segments, on, |segment| says.write_on(segment));
    }
}

/// Edits the segments from a date on, splitting the one that runs across it.
fn change(segments: &mut Vec<Segment>, from: NaiveDate, edit: impl Fn(&mut Segment)) {
    let across = segments.iter().rposition(|segment| segment.from < from);
    let is_border = segments.iter().any(|segment| segment.from == from);
    segments.iter_mut().filter(|segment| segment.from >= from).for_each(&edit);
    let Some((index, before)) = across.and_then(|index| Some((index, segments.get(index)?))) else {
        return;
    };
    let mut after = Segment { from, ..before.clone() };
    edit(&mut after);
    let differs = after != Segment { from, ..before.clone() };
    if differs && !is_border {
        segments.insert(index + 1, after);
    }
}

fn reclassified(at: Dated<'_>) -> Option<(NaiveDate, Says)> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "three steps say it without a move")]
    match at.entry.step() {
        Step::ReferralTriaged(step) => {
            Some((at.on, Says { priority: step.priority, ..Says::default() }))
        }
        Step::ReferralAccepted(step) => {
            Some((at.on, Says { service: Some(step.service.clone()), ..Says::default() }))
        }
        Step::PathwayReclassified(step) => {
            let (commissioner, function) = (step.commissioner.clone(), step.function.clone());
            Some((step.effective_date, Says { commissioner, function, ..Says::default() }))
        }
        _ => None,
    }
}

fn said_by(step: &Step) -> Says {
    let of = |provider: Option<&OdsCode>, function: Option<&FunctionCode>| Says {
        provider: provider.cloned(),
        function: function.cloned(),
        ..Says::default()
    };
    #[expect(clippy::wildcard_enum_match_arm, reason = "other steps say nothing of who reports")]
    match step {
        Step::ReferralReceived(step) => Says {
            provider: Some(step.provider.clone()),
            site: step.site.clone(),
            service: Some(step.service.clone()),
            commissioner: step.commissioner.clone(),
            function: Some(step.function.clone()),
            priority: step.priority,
        },
        Step::TransferReceived(step) => Says {
            service: step.service.clone(),
            commissioner: step.commissioner.clone(),
            ..of(Some(&step.provider), Some(&step.function))
        },
        Step::AdviceConvertedToReferral(step) => Says {
            service: step.service.clone(),
            commissioner: step.commissioner.clone(),
            ..of(step.provider.as_ref(), step.function.as_ref())
        },
        Step::DecisionToTreatMade(step) => of(step.provider.as_ref(), step.function.as_ref()),
        Step::PatientAdmitted(step) => of(Some(&step.provider), step.function.as_ref()),
        Step::TreatmentStarted(step) => of(Some(&step.provider), step.function.as_ref()),
        Step::DecisionNotToTreat(step) => of(step.provider.as_ref(), step.function.as_ref()),
        Step::TreatmentDeclined(step) => of(step.provider.as_ref(), step.function.as_ref()),
        Step::ActiveMonitoringStarted(step) => of(step.provider.as_ref(), step.function.as_ref()),
        Step::PlacedOnPlannedList(step) => of(step.provider.as_ref(), step.function.as_ref()),
        Step::AddedToTransplantList(step) => of(step.provider.as_ref(), step.function.as_ref()),
        _ => Says::default(),
    }
}

impl Says {
    /// Writes what is said on `segment`; another provider's site and service do not carry over.
    fn write_on(&self, segment: &mut Segment) {
        if let Some(provider) = self.provider.as_ref().filter(|new| **new != segment.provider) {
            segment.provider = provider.clone();
            segment.site = None;
            segment.service = None;
        }
        segment.site = self.site.clone().or_else(|| segment.site.take());
        segment.service = self.service.clone().or_else(|| segment.service.take());
        segment.commissioner = self.commissioner.clone().or_else(|| segment.commissioner.take());
        segment.function = self.function.clone().unwrap_or_else(|| segment.function.clone());
        segment.priority = self.priority.or(segment.priority);
    }

    /// A segment of what is said and what was known before; none without a provider and a function.
    fn segment(&self, known: Option<&Segment>, from: NaiveDate) -> Option<Segment> {
        let fresh = || {
            Some(Segment {
                from,
                provider: self.provider.clone()?,
                site: None,
                service: None,
                commissioner: None,
                function: self.function.clone()?,
                priority: None,
            })
        };
        let mut segment = known.cloned().map(|known| Segment { from, ..known }).or_else(fresh)?;
        self.write_on(&mut segment);
        Some(segment)
    }
}
