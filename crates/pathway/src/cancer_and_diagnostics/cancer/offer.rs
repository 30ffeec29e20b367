//! A declined offer of a date for treatment: days until the patient is available again.

use steps::{
    Step,
    booking_and_attendance::{AppointmentOfferDeclined, AppointmentOffered, BookingKind},
};

use super::Cancer;
use crate::{
    Entry,
    cancer_and_diagnostics::{Away, Effect, Reason, Rule, Standard, order::Dated},
};

const RULE: Rule = Rule::TreatmentOfferDeclined;

/// The patient declined an offer.
pub(super) fn declined(cancer: &mut Cancer<'_>, at: Dated<'_>, step: &AppointmentOfferDeclined) {
    let away = away(cancer, at, step);
    for standard in [Standard::Cancer31Day, Standard::Cancer62Day] {
        match cancer.book.open_of(standard).as_slice() {
            [] => {}
            [one] => match &away {
                Ok(away) => cancer.book.adjust(at, RULE, *one, away.clone()),
                Err(reason) => cancer.book.stay(at, RULE, *one, *reason),
            },
            _ => {
                let reason = away.as_ref().err().copied().unwrap_or(Reason::WhichTreatment);
                cancer.book.note(at, RULE, (standard, None), Effect::Rejected(reason));
            }
        }
    }
}

/// The days that the rule takes off, or why it takes off none.
fn away(
    cancer: &Cancer<'_>,
    at: Dated<'_>,
    step: &AppointmentOfferDeclined,
) -> Result<Away, Reason> {
    let (made, offer) = offered(cancer, step).ok_or(Reason::OfferUnknown)?;
    if offer.booking_kind != BookingKind::ToComeIn {
        return Err(Reason::NotATreatmentOffer);
    }
    let setting = cancer.book.standards.setting(RULE, at.on).ok_or(Reason::NotInForce)?;
    let notice = (offer.offered_date - made.date()).num_days();
    if notice < i64::from(setting.options.notice_days_min) {
        return Err(Reason::ShortNotice);
    }
    let to = step.patient_unavailable_until.ok_or(Reason::ReturnUnknown)?;
    if to <= offer.offered_date {
        return Err(Reason::NothingToTakeOff);
    }
    Ok(Away { from: offer.offered_date, to, event_id: at.entry.event_id() })
}

fn offered<'a>(
    cancer: &Cancer<'a>,
    step: &AppointmentOfferDeclined,
) -> Option<(&'a Entry, &'a AppointmentOffered)> {
    cancer.history.entries().iter().find_map(|entry| match entry.step() {
        Step::AppointmentOffered(offer) if offer.offer_id == step.offer_id => {
            Some((entry, offer.as_ref()))
        }
        _ => None,
    })
}
