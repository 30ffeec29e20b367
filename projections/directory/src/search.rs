//! Finding services: by area, treatment function, organisation and words of the name.

use chrono::{DateTime, Utc};
use steps::{FunctionCode, Label, OdsCode};

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

fn has(label: &Label, part: &str) -> bool {
    label.as_str().to_lowercase().contains(&part.to_lowercase())
}

#[cfg(test)]
mod tests;
