//! Finding services: by area, treatment function, organisation and words of the name.

use chrono::{DateTime, Utc};
use steps::{FunctionCode, Label, OdsCode, ServiceId};

use crate::{Directory, Service};

/// Which services are looked for. What is `None` narrows nothing.
#[derive(Debug, Clone, Copy)]
pub struct ServiceAsk<'a> {
    /// Part of the name of the area served, in any case of letters.
    pub area: Option<&'a str>,
    /// The treatment function.
    pub function: Option<&'a FunctionCode>,
    /// The organisation that runs it.
    pub organisation: Option<&'a OdsCode>,
    /// Part of its name, in any case of letters.
    pub name: Option<&'a str>,
    /// Whether patients may refer themselves.
    pub self_referral: Option<bool>,
    /// Whether services with sensitive pathways are found too.
    pub restricted: bool,
    /// The moment asked about.
    pub on: DateTime<Utc>,
}

impl Directory {
    /// The services that fit, in the order of their ids.
    pub fn services<'a>(&'a self, ask: &ServiceAsk<'_>) -> Vec<&'a Service> {
        let all = self.all_services().into_iter();
        let stood = all.filter_map(|id| self.service(id, ask.on, None));
        stood.filter(|service| self.fits(service, ask)).collect()
    }

    /// The service that an organisation runs for a treatment function; of several the first by its id.
    /// One with sensitive pathways is not found like this: it is named or it is not spoken of.
    pub fn service_for(
        &self,
        organisation: &OdsCode,
        function: &FunctionCode,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> Option<&ServiceId> {
        let function = national(function);
        let runs = |entry: &Service| {
            entry.organisation == *organisation
                && entry.function.as_ref().is_some_and(|its| national(its) == function)
                && entry.restricted != Some(true)
        };
        let mut ever = self.ids_of_function(organisation, function);
        ever.find(|id| self.service(id, on, known).is_some_and(runs))
    }

    /// Whether the organisation runs the service, itself or by one that belongs to it or that it
    /// belongs to.
    pub fn is_run_by(
        &self,
        service: &ServiceId,
        organisation: &OdsCode,
        on: DateTime<Utc>,
        known: Option<DateTime<Utc>>,
    ) -> bool {
        let belongs = |one: &OdsCode, to: &OdsCode| {
            let found = self.organisation(one, on, known);
            found.is_some_and(|found| found.parent.as_ref() == Some(to))
        };
        self.runs(service, on, known).is_some_and(|runs| {
            runs == organisation || belongs(runs, organisation) || belongs(organisation, runs)
        })
    }

    fn fits(&self, service: &Service, ask: &ServiceAsk<'_>) -> bool {
        let is = |asked: Option<&OdsCode>| asked.is_none_or(|code| service.organisation == *code);
        ask.function.is_none_or(|asked| service.function.as_ref() == Some(asked))
            && is(ask.organisation)
            && ask.name.is_none_or(|asked| has(&service.name, asked))
            && ask.area.is_none_or(|asked| self.serves(service, asked, ask.on))
            && ask.self_referral.is_none_or(|asked| service.self_referral == Some(asked))
            && (ask.restricted || service.restricted != Some(true))
    }

    /// By the entry of the service; where that names no area, by its contact points.
    fn serves(&self, service: &Service, area: &str, on: DateTime<Utc>) -> bool {
        if let Some(served) = &service.area {
            return has(served, area);
        }
        let points = self.contacts_of(&service.service, on, None);
        points.iter().any(|reach| reach.point.area.as_ref().is_some_and(|served| has(served, area)))
    }
}

/// The national code of a treatment function: `C_110` is how reports on waiting times write 110.
pub(crate) fn national(function: &FunctionCode) -> &str {
    let code = function.as_str();
    code.strip_prefix("C_").unwrap_or(code)
}

fn has(label: &Label, part: &str) -> bool {
    label.as_str().to_lowercase().contains(&part.to_lowercase())
}

#[cfg(test)]
mod tests;
