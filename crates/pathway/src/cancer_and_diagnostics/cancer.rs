//! The cancer clocks: 28 days to be told, 31 days from a decision, 62 days from a referral or upgrade
//! (NHS England, cancer waiting times guidance v12.1). They run beside the RTT clock and move nothing of it.

mod offer;
mod visit;

use steps::{
    OdsCode, Step,
    booking_and_attendance::DnaRecorded,
    named_by_rules::{
        CancerPathwayOpened, CancerRoute, CancerTreatmentDecided, CancerTreatmentEvent,
        CancerTreatmentStarted, CancerUpgraded, DiagnosisCommunicated, DiagnosisOutcome,
    },
};

use super::{
    Effect, Kind, Reason, Rule, Standard, StandardClocks, Standards, TreatmentPlace, appointments,
    book::{Book, Opening},
    order::{Dated, LATE, Place, in_order, missed_at},
};
use crate::{Entry, History};

/// The standards that this room judges.
pub const STANDARDS: [Standard; 3] =
    [Standard::Cancer28Day, Standard::Cancer31Day, Standard::Cancer62Day];

/// The cancer clocks that `history` makes under `standards`.
pub fn clocks(history: &History, standards: &Standards) -> StandardClocks {
    if !history.entries().iter().any(|entry| starts_one(entry.step())) {
        return StandardClocks::default();
    }
    let mut cancer = Cancer { history, book: Book::new(standards) };
    for at in in_order(history, place) {
        cancer.take(at);
    }
    cancer.book.made
}

/// Whether a step is about cancer at all: without one there is nothing to work out.
fn starts_one(step: &Step) -> bool {
    matches!(
        step,
        Step::CancerPathwayOpened(_)
            | Step::CancerUpgraded(_)
            | Step::CancerTreatmentDecided(_)
            | Step::CancerTreatmentStarted(_)
            | Step::DiagnosisCommunicated(_)
    )
}

/// When a step counts; none where the cancer clocks do not read it.
fn place(entry: &Entry) -> Option<Place> {
    let happened = |rank| Some(Place::new(entry.occurred_at(), rank));
    let told = |at: Option<_>, rank| Some(Place::new(at.unwrap_or(entry.occurred_at()), rank));
    #[expect(clippy::wildcard_enum_match_arm, reason = "`concerns` is the exhaustive list")]
    match entry.step() {
        Step::CancerPathwayOpened(step) => told(step.received_at, 0),
        Step::CancerUpgraded(_) => happened(1),
        Step::CancerTreatmentDecided(_) => happened(2),
        Step::DnaRecorded(step) => {
            Some(Place::new(missed_at(entry, step.appointment_date), LATE - 1))
        }
        Step::OutpatientAttended(_) | Step::TestPerformed(_) | Step::PatientAdmitted(_) => {
            happened(LATE)
        }
        Step::PatientRebookRequested(_)
        | Step::AppointmentBooked(_)
        | Step::AppointmentRescheduled(_) => happened(LATE + 1),
        Step::AppointmentCancelled(_)
        | Step::PatientTemporarilyUnfit(_)
        | Step::AppointmentOfferDeclined(_) => happened(LATE + 2),
        Step::DiagnosisCommunicated(_) => happened(LATE + 3),
        Step::CancerTreatmentStarted(_) => happened(LATE + 4),
        Step::TreatmentDeclined(step) => told(step.communicated_at, LATE + 5),
        Step::PatientChosePrivateTreatment(step) => told(step.communicated_at, LATE + 5),
        Step::PatientDied(_) => happened(LATE + 6),
        _ => None,
    }
}

struct Cancer<'a> {
    history: &'a History,
    book: Book<'a>,
}

impl Cancer<'_> {
    /// What one step does.
    fn take(&mut self, at: Dated<'_>) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "`place` gives the same steps a place")]
        match at.entry.step() {
            Step::CancerPathwayOpened(step) => self.opened(at, step),
            Step::CancerUpgraded(step) => self.upgraded(at, step),
            Step::CancerTreatmentDecided(step) => self.decided(at, step),
            Step::DiagnosisCommunicated(step) => self.told(at, step),
            Step::CancerTreatmentStarted(step) => self.treated(at, step),
            Step::DnaRecorded(step) => visit::missed(self, at, step),
            Step::OutpatientAttended(step) => {
                let counts = step.for_this_period != Some(false);
                visit::seen(self, counts && appointments::attended(step.attendance_code));
            }
            Step::TestPerformed(step) => visit::seen(self, step.for_this_period != Some(false)),
            Step::PatientAdmitted(step) => visit::seen(self, step.for_this_period != Some(false)),
            Step::PatientRebookRequested(_)
            | Step::AppointmentBooked(_)
            | Step::AppointmentRescheduled(_) => visit::rebooked(self, at),
            Step::AppointmentCancelled(_) | Step::PatientTemporarilyUnfit(_) => {
                for clock in self.book.open() {
                    self.book.stay(at, Rule::NoAdjustment, clock, Reason::NotAdjusted);
                }
            }
            Step::AppointmentOfferDeclined(step) => offer::declined(self, at, step),
            Step::TreatmentDeclined(step) if step.all_treatment => {
                self.close(at, Rule::AllTreatmentDeclined);
            }
            Step::PatientChosePrivateTreatment(_) => self.close(at, Rule::PrivateTreatment),
            Step::PatientDied(_) => self.close(at, Rule::PatientDied),
            _ => {}
        }
    }

    /// Day 0 of the 28 and the 62 days is the receipt.
    fn opened(&mut self, at: Dated<'_>, step: &CancerPathwayOpened) {
        let route = step.cancer_route;
        let rule = Rule::SuspectedCancerReferral;
        self.begin(at, rule, Kind::Diagnosis(route), &step.provider);
        self.begin(at, rule, Kind::FromReferral(Some(route)), &step.provider);
    }

    fn upgraded(&mut self, at: Dated<'_>, step: &CancerUpgraded) {
        self.begin(at, Rule::ConsultantUpgrade, Kind::FromReferral(None), &step.provider);
    }

    /// Starts a clock on the day of the step, unless one of its standard is open.
    fn begin(&mut self, at: Dated<'_>, rule: Rule, kind: Kind, provider: &OdsCode) {
        if let Some(open) = self.book.open_of(kind.standard()).first() {
            return self.book.stay(at, rule, *open, Reason::AlreadyRuns);
        }
        self.book.start(at, rule, Opening { kind, start: at.on, provider: Some(provider.clone()) });
    }

    /// A later treatment waits from the earliest clinically appropriate day, where that is said.
    fn decided(&mut self, at: Dated<'_>, step: &CancerTreatmentDecided) {
        let place = place_of(step.cancer_treatment_event);
        let appropriate = step.earliest_appropriate.filter(|_| place == TreatmentPlace::Subsequent);
        let rule = match appropriate {
            Some(_) => Rule::EarliestAppropriateDay,
            None => Rule::TreatmentDecided,
        };
        let kind = Kind::FromDecision(place, step.cancer_modality);
        if let Some(open) = self.waiting_for(&kind) {
            return self.book.stay(at, rule, open, Reason::AlreadyRuns);
        }
        let start = appropriate.unwrap_or(at.on);
        self.book.start(at, rule, Opening { kind, start, provider: Some(step.provider.clone()) });
    }

    /// The open clock that such a treatment stops: there is one first treatment, whatever it turns
    /// out to be; later ones are told apart by what they are.
    fn waiting_for(&self, treatment: &Kind) -> Option<usize> {
        let is_it = |kind: &Kind| match (kind, treatment) {
            (
                Kind::FromDecision(TreatmentPlace::First, _),
                Kind::FromDecision(TreatmentPlace::First, _),
            ) => true,
            (kind, treatment) => kind == treatment,
        };
        let open = self.book.open_of(Standard::Cancer31Day).into_iter();
        let mut open = open
            .filter(|place| self.book.made.clocks.get(*place).is_some_and(|one| is_it(&one.kind)));
        open.next()
    }

    fn told(&mut self, at: Dated<'_>, step: &DiagnosisCommunicated) {
        match self.book.open_of(Standard::Cancer28Day).first() {
            Some(open) => self.book.stop(at, Rule::PatientTold, *open, step.provider.as_ref()),
            None => self.nothing_open(at, Rule::PatientTold, Standard::Cancer28Day),
        }
        if step.diagnosis_outcome == DiagnosisOutcome::RuledOut {
            for open in self.book.open_of(Standard::Cancer62Day) {
                self.book.close(at, Rule::CancerRuledOut, open);
            }
        }
    }

    fn treated(&mut self, at: Dated<'_>, step: &CancerTreatmentStarted) {
        let place = place_of(step.cancer_treatment_event);
        let rule = match place {
            TreatmentPlace::First => Rule::FirstTreatment,
            TreatmentPlace::Subsequent => Rule::LaterTreatment,
        };
        match self.waiting_for(&Kind::FromDecision(place, step.cancer_modality)) {
            Some(open) => self.book.stop(at, rule, open, Some(&step.provider)),
            None => self.nothing_open(at, rule, Standard::Cancer31Day),
        }
        if place == TreatmentPlace::First {
            self.treated_first(at, step);
        }
    }

    /// First treatment stops the 62 days too; it does not show that the patient was told.
    fn treated_first(&mut self, at: Dated<'_>, step: &CancerTreatmentStarted) {
        match self.book.open_of(Standard::Cancer62Day).first() {
            Some(open) => self.book.stop(at, Rule::FirstTreatment, *open, Some(&step.provider)),
            None if self.book.has_any(Standard::Cancer62Day) => {
                self.nothing_open(at, Rule::FirstTreatment, Standard::Cancer62Day);
            }
            None => {}
        }
        for open in self.book.open_of(Standard::Cancer28Day) {
            self.book.stay(at, Rule::PatientTold, open, Reason::TreatmentIsNoTelling);
        }
    }

    fn nothing_open(&mut self, at: Dated<'_>, rule: Rule, standard: Standard) {
        self.book.note(at, rule, (standard, None), Effect::Rejected(Reason::NoOpenClock));
    }

    /// Ends what is open and waits for nothing any more.
    fn close(&mut self, at: Dated<'_>, rule: Rule) {
        for open in self.book.open() {
            self.book.close(at, rule, open);
        }
    }

    /// Why the step is no missed appointment, as the rule reads it on that day.
    fn why_not_missed(&self, at: Dated<'_>, step: &DnaRecorded) -> Option<Reason> {
        let setting = self.book.standards.setting(Rule::FirstAppointmentMissed, at.on);
        let late = setting.is_some_and(|setting| setting.options.arrived_late_is_missed);
        appointments::why_none(self.history, step, late)
    }
}

const fn place_of(event: CancerTreatmentEvent) -> TreatmentPlace {
    match event {
        CancerTreatmentEvent::First => TreatmentPlace::First,
        CancerTreatmentEvent::Subsequent => TreatmentPlace::Subsequent,
    }
}

/// The part of a standard's figures that a clock belongs to, as the API writes it.
pub const fn part_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::Diagnosis(route) | Kind::FromReferral(Some(route)) => route_code(*route),
        Kind::FromReferral(None) => "CONSULTANT_UPGRADE",
        Kind::FromDecision(TreatmentPlace::First, _) => "FIRST_TREATMENT",
        Kind::FromDecision(TreatmentPlace::Subsequent, _) => "SUBSEQUENT_TREATMENT",
        Kind::Test { .. } => "TEST",
    }
}

const fn route_code(route: CancerRoute) -> &'static str {
    match route {
        CancerRoute::UrgentSuspectedCancer => "URGENT_SUSPECTED_CANCER",
        CancerRoute::BreastSymptomatic => "BREAST_SYMPTOMATIC",
        CancerRoute::UrgentScreening => "URGENT_SCREENING",
    }
}
