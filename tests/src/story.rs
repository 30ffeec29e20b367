//! The steps that are recorded over and over: one pathway from its referral to a late letter.

use serde_json::{Value, json};

/// A UUID made of a number.
pub fn id(number: u64) -> String {
    format!("00000000-0000-4000-8000-{number:012x}")
}

/// Steps of one pathway as they happened, each at a time of its own: a referral, a booking, a DNA
/// without a call, an attendance and its late letter.
pub fn story() -> [(&'static str, Value); 5] {
    let referral = json!({"referralReceived": {
        "provider": "RJ1", "service": "RJ1.C_130", "rttScope": "IN_SCOPE", "function": "C_130",
        "commissioner": "72Q", "referrer": "G85001", "route": "E_REFERRAL_SERVICE",
        "referralPurpose": "TREATMENT", "referralRelation": "FIRST", "priority": "ROUTINE",
    }});
    let booking = json!({"appointmentBooked": {
        "appointmentId": "A1", "startsAt": "2026-05-06T10:30:00Z", "bookingKind": "APPOINTMENT",
        "provider": "RJ1", "service": "RJ1.C_130", "place": "Eye clinic", "agreedWithPatient": true,
    }});
    let missed = json!({"dnaRecorded": {
        "appointmentId": "A1", "appointmentDate": "2026-05-06", "provider": "RJ1",
        "attendanceCode": "DID_NOT_ATTEND", "function": "C_130", "byRole": "RECEPTIONIST",
    }});
    let attended = json!({"outpatientAttended": {
        "appointmentId": "A2", "provider": "RJ1", "function": "C_130",
        "endedAt": "2026-05-20T10:40:00Z", "attendanceCode": "ATTENDED_ON_TIME",
    }});
    let letter = json!({"clinicLetterSent": {
        "letterId": "L1", "provider": "RJ1", "appointmentId": "A2", "toOrganisation": "G85001",
        "toPatient": true, "channel": "ELECTRONIC_DOCUMENT",
    }});
    [
        ("2026-04-07T09:00:00Z", referral),
        ("2026-04-09T11:00:00Z", booking),
        ("2026-05-06T10:45:00Z", missed),
        ("2026-05-20T10:40:00Z", attended),
        ("2026-06-08", letter),
    ]
}

/// A step of a pathway, under a command id of its own.
pub fn input(pathway: u64, command: u64, told: &(&str, Value)) -> Value {
    json!({
        "pathway": {"id": id(pathway)},
        "occurredAt": told.0,
        "commandId": id(command),
        "step": told.1,
    })
}
