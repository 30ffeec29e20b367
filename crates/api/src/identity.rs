//! Who is asking: a signed token gives a principal.
//!
//! For now one local key signs and reads the tokens of a demonstration; OIDC comes with access and
//! audit. The principal is the only source of a recorded step's actor.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use async_graphql::{Context, ErrorExtensions, Request};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use pathway::Actor;
use serde::{Deserialize, Serialize};
use steps::{
    OdsCode, Step, StepKind, SubjectRef, UserRef, booking_and_attendance::Initiator, codes::Role,
};

use crate::{
    desk::Desk,
    schema::scalars::coded,
    transport::{AuthRefusal, Authenticate, Now, RequestData},
};

const ISSUER: &str = "waymark-demo";
const AUDIENCE: &str = "waymark";
const BAD_TOKEN: &str =
    "the bearer token is not valid or has run out: expected one this server signed";

/// What kind of reader or writer somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// A patient: sees their own pathways and nothing that tells of others.
    Patient,
    /// Staff of a practice or provider.
    Staff,
    /// An auditor: sees all, records nothing.
    Auditor,
}

/// Who is asking, from a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Principal {
    /// User reference.
    pub user: UserRef,
    /// What kind.
    pub standing: Standing,
    /// The role acted in.
    pub role: Role,
    /// The organisation acted for; for a patient, their practice.
    pub organisation: OdsCode,
    /// The person, for a patient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectRef>,
}

impl Principal {
    /// The actor of what this principal records.
    pub fn actor(&self) -> Actor {
        Actor { user: self.user.clone(), role: self.role, organisation: self.organisation.clone() }
    }

    /// Whether this principal may record the step (on a pathway they may see). A patient records
    /// their own wishes, and cancels for nobody but themselves.
    pub fn may_record(&self, step: &Step) -> bool {
        match self.standing {
            Standing::Staff => !is_the_systems_own(step),
            Standing::Auditor => false,
            #[expect(clippy::wildcard_enum_match_arm, reason = "the rest is for staff")]
            Standing::Patient => match step {
                Step::AppointmentCancelled(cancelled) => cancelled.initiator == Initiator::Patient,
                Step::AppointmentChangeRequested(_)
                | Step::AppointmentOfferDeclined(_)
                | Step::PatientUnavailabilityDeclared(_)
                | Step::PatientRebookRequested(_)
                | Step::FeedbackReceived(_) => true,
                _ => false,
            },
        }
    }

    /// Whether this principal may read such a step of a pathway they may see. What practices and
    /// hospitals raise with each other about their work is not the patient's to read.
    pub fn may_read(&self, kind: StepKind) -> bool {
        let between_organisations = matches!(
            kind,
            StepKind::InterfaceConcernRaised
                | StepKind::InterfaceConcernEscalated
                | StepKind::InterfaceConcernClosed
        );
        self.standing != Standing::Patient || !between_organisations
    }

    /// Whether this principal may see a pathway of that person.
    pub fn may_see(&self, subject: Option<SubjectRef>) -> bool {
        match self.standing {
            Standing::Staff | Standing::Auditor => true,
            Standing::Patient => self.subject.is_some() && self.subject == subject,
        }
    }
}

/// What Waymark records of itself, by the clock or by holding a letter back: nobody else may say it, not
/// even as the correction of such a step, for alarms go out in its name. A letter that another system
/// issued is a fact like any other.
fn is_the_systems_own(step: &Step) -> bool {
    match step {
        Step::StepCorrected(correction) => is_the_systems_own(&correction.step),
        _ => matches!(
            step.kind(),
            StepKind::ObligationBreached
                | StepKind::ExpectedEventMissed
                | StepKind::FeedSilent
                | StepKind::AlarmResolved
                | StepKind::ResendRequested
                | StepKind::LetterSuppressed
        ),
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: u64,
    exp: u64,
    waymark: Principal,
}

/// Why a token could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the token could not be signed")]
pub struct NotSigned(#[source] jsonwebtoken::errors::Error);

/// The local key that signs and reads tokens.
#[derive(Clone)]
pub struct TokenKey {
    encoding: EncodingKey,
    decoding: Arc<DecodingKey>,
    now: Now,
    read_before: Arc<Mutex<HashMap<String, Known>>>,
}

/// A token that was read before: who it names, and the second it runs out.
type Known = (Arc<Principal>, u64);

/// Tokens remembered; past that the memory is emptied.
const REMEMBERED_MAX: usize = 1_000;

impl std::fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenKey(..)")
    }
}

impl TokenKey {
    /// A key of these bytes; 32 random ones are right. `now` is the clock of the edge.
    pub fn new(bytes: &[u8], now: Now) -> Self {
        Self {
            now,
            encoding: EncodingKey::from_secret(bytes),
            decoding: Arc::new(DecodingKey::from_secret(bytes)),
            read_before: Arc::default(),
        }
    }

    /// A token for `principal`, good from `now` for `seconds` (both in seconds since 1970).
    pub fn sign(&self, principal: Principal, now: u64, seconds: u64) -> Result<String, NotSigned> {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: principal.user.to_string(),
            iat: now,
            exp: now + seconds,
            waymark: principal,
        };
        encode(&Header::new(Algorithm::HS256), &claims, &self.encoding).map_err(NotSigned)
    }

    /// A token read before that has not run out since.
    fn known(&self, token: &str) -> Option<Known> {
        let (principal, expires_at) = self.read_before.lock().ok()?.get(token).cloned()?;
        (expires_at > (self.now)()).then_some((principal, expires_at))
    }

    fn learn(&self, token: &str) -> Option<Known> {
        let claims = self.read(token)?;
        let known = (Arc::new(claims.waymark), claims.exp);
        let mut read_before = self.read_before.lock().ok()?;
        if read_before.len() >= REMEMBERED_MAX {
            read_before.clear();
        }
        read_before.insert(token.to_owned(), known.clone());
        Some(known)
    }

    fn read(&self, token: &str) -> Option<Claims> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Whether it has run out is judged by our own clock, below.
        validation.validate_exp = false;
        let read = decode::<Claims>(token, &self.decoding, &validation).ok()?;
        (read.claims.exp > (self.now)()).then_some(read.claims)
    }
}

impl Authenticate for TokenKey {
    /// No token is nobody, who may ask for trusted documents alone; a bad token is refused.
    fn authenticate(&self, bearer: Option<&str>) -> Result<RequestData, AuthRefusal> {
        let Some(token) = bearer else { return Ok(RequestData::nobody()) };
        let known = self.known(token).or_else(|| self.learn(token));
        let (principal, expires_at) = known.ok_or_else(|| AuthRefusal::new(BAD_TOKEN))?;
        let dress =
            move |request: Request| request.data(Arc::clone(&principal)).data(Desk::default());
        Ok(RequestData::new(dress).expires_at(expires_at))
    }
}

/// The principal of a request, or the error that says a token is needed.
pub(crate) fn principal<'a>(ctx: &Context<'a>) -> async_graphql::Result<&'a Principal> {
    ctx.data_opt::<Arc<Principal>>().map(AsRef::as_ref).ok_or_else(|| {
        async_graphql::Error::new("a bearer token is needed: Authorization: Bearer <token>")
            .extend_with(|_, extensions| extensions.set("code", "UNAUTHENTICATED"))
    })
}

/// The principal, if it is not a patient: lists of other people's pathways are for staff and auditors.
pub(crate) fn not_a_patient<'a>(ctx: &Context<'a>) -> async_graphql::Result<&'a Principal> {
    let principal = principal(ctx)?;
    if principal.standing == Standing::Patient {
        return Err(async_graphql::Error::new("this list is for staff and auditors")
            .extend_with(|_, extensions| extensions.set("code", "FORBIDDEN")));
    }
    Ok(principal)
}

/// The principal, if it is not a patient: the figures of lists are exact, so that few can be made out in
/// them and a restricted service among them. What anybody may know of them, `publicWaits` tells.
pub(crate) fn may_see_figures(ctx: &Context<'_>) -> async_graphql::Result<()> {
    if principal(ctx)?.standing == Standing::Patient {
        let text = "the figures of lists are for staff and auditors: `publicWaits` tells anybody how \
                    long people wait";
        return Err(coded("FORBIDDEN", text));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patient() -> Principal {
        Principal {
            user: "patient-1".parse().unwrap(),
            standing: Standing::Patient,
            role: Role::Patient,
            organisation: "G85001".parse().unwrap(),
            subject: Some(SubjectRef(uuid::Uuid::from_u128(1))),
        }
    }

    fn key(bytes: &[u8], now: u64) -> TokenKey {
        TokenKey::new(bytes, Arc::new(move || now))
    }

    #[test]
    fn a_token_reads_back_as_its_principal_and_only_under_its_key() {
        let token = key(b"key", 0).sign(patient(), 1_000, 60).unwrap();
        assert_eq!(key(b"key", 1_000).read(&token).unwrap().waymark, patient());
        assert!(key(b"another", 1_000).read(&token).is_none());
    }

    #[test]
    fn a_token_is_good_until_the_second_it_runs_out() {
        let token = key(b"key", 0).sign(patient(), 1_000, 60).unwrap();
        assert!(key(b"key", 1_059).authenticate(Some(&token)).is_ok());
        assert!(key(b"key", 1_060).authenticate(Some(&token)).is_err());
    }

    #[test]
    fn a_token_that_was_read_before_runs_out_all_the_same() {
        let now = Arc::new(std::sync::atomic::AtomicU64::new(1_000));
        let clock = Arc::clone(&now);
        let read = move || clock.load(std::sync::atomic::Ordering::Relaxed);
        let key = TokenKey::new(b"key", Arc::new(read));
        let token = key.sign(patient(), 1_000, 60).unwrap();
        assert!(key.authenticate(Some(&token)).is_ok());
        assert!(key.authenticate(Some(&token)).is_ok());
        now.store(1_060, std::sync::atomic::Ordering::Relaxed);
        assert!(key.authenticate(Some(&token)).is_err());
    }

    #[test]
    fn a_patient_sees_their_own_pathways_and_no_others() {
        let other = SubjectRef(uuid::Uuid::from_u128(2));
        assert!(patient().may_see(patient().subject));
        assert!(!patient().may_see(Some(other)) && !patient().may_see(None));
    }

    #[test]
    fn a_patient_records_their_own_wishes_and_no_clinical_fact() {
        let cancelled = |initiator: &str| {
            let fields = format!(
                r#"{{"appointmentCancelled": {{"appointmentId": "A1", "initiator": "{initiator}",
                    "appointmentCancelReason": "NOT_SPECIFIED"}}}}"#
            );
            steps::decode_input(fields.as_bytes()).unwrap()
        };
        assert!(patient().may_record(&cancelled("PATIENT")));
        assert!(!patient().may_record(&cancelled("PROVIDER")));
        let arrived = br#"{"patientArrived": {"appointmentId": "A1"}}"#;
        assert!(!patient().may_record(&steps::decode_input(arrived).unwrap()));
    }
}
