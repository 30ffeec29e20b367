//! Where to ask for a line: the owner, the provider and the practice as they stand on the day, each
//! with its own service. The number of one is never given as that of another.

use directory::Directory;
use steps::{OdsCode, ServiceId, codes::ContactPurpose};

use super::Asking;
use crate::{NextStep, State, state::ContactSide};

/// An organisation, and its service for what the pathway is about.
pub(super) type Place<'a> = (&'a OdsCode, Option<&'a ServiceId>);

/// The places of a pathway, looked up once. A closed organisation is its successor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places<'a> {
    /// Who owns the step.
    pub(super) owner: Option<Place<'a>>,
    /// Who has the patient.
    pub(super) provider: Option<Place<'a>>,
    /// The patient's practice.
    pub(super) practice: Option<Place<'a>>,
}

impl<'a> Places<'a> {
    pub(super) fn of(
        step: &'a NextStep,
        owner: Option<&'a OdsCode>,
        directory: &'a Directory,
        asking: Asking,
    ) -> Self {
        let by = Lookup { step, directory, asking };
        let provider = step.provider.as_ref().map(|code| by.place(code));
        Self {
            owner: owner.and_then(|code| match &step.provider {
                Some(same) if same == code => provider,
                _ => Some(by.place(code)),
            }),
            provider,
            practice: step.practice.as_ref().map(|code| (by.present(code), None)),
        }
    }

    /// Where to ask, the nearest first.
    pub(super) fn nearest_first(
        self,
        side: ContactSide,
        state: State,
        purpose: ContactPurpose,
    ) -> impl Iterator<Item = Place<'a>> + use<'a> {
        let Self { owner, provider, practice } = self;
        let places = match side {
            ContactSide::Practice if state.asks_the_provider_about(purpose) => {
                [provider, practice, owner]
            }
            ContactSide::Practice => [practice, owner, provider],
            ContactSide::Provider(_) => [owner, provider, None],
        };
        places.into_iter().flatten()
    }
}

struct Lookup<'a> {
    step: &'a NextStep,
    directory: &'a Directory,
    asking: Asking,
}

impl<'a> Lookup<'a> {
    fn present(&self, code: &'a OdsCode) -> &'a OdsCode {
        self.directory.successor(code, self.asking.on, self.asking.known)
    }

    fn place(&self, code: &'a OdsCode) -> Place<'a> {
        let present = self.present(code);
        (present, self.named(present).or_else(|| self.of_function(present)))
    }

    /// The service that the pathway names, where it is theirs.
    fn named(&self, organisation: &OdsCode) -> Option<&'a ServiceId> {
        let (on, known) = (self.asking.on, self.asking.known);
        let named = self.step.service.as_ref();
        named.filter(|id| self.directory.is_run_by(id, organisation, on, known))
    }

    /// Their service for the treatment function of the pathway; where they have none, for that of the
    /// service that it names.
    fn of_function(&self, organisation: &OdsCode) -> Option<&'a ServiceId> {
        let (on, known) = (self.asking.on, self.asking.known);
        let of = |function| self.directory.service_for(organisation, function, on, known);
        let of_named = || {
            let entry = self.directory.service(self.step.service.as_ref()?, on, known)?;
            of(entry.function.as_ref()?)
        };
        self.step.function.as_ref().and_then(of).or_else(of_named)
    }
}
