//! One line to give to a patient: the nearest that works, and what is to be said of it.

use directory::{ContactAsk, ContactPoint, Directory, Instead, Reach, is_digital};
use steps::{
    ContactPointId, OdsCode, ServiceId,
    codes::{Audience, Channel, ContactPurpose, Role},
};

use super::{Asking, Desk, day_in_words, place::Place};
use crate::{State, state::ContactSide};

/// What a patient whose condition worsens can do wherever nobody's number is recorded.
const IF_WORSE: &str =
    "If you get worse and cannot reach anybody there, ring NHS 111; in an emergency ring 999";

/// A contact to give to a patient. No text of it is ever empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactLine<'a> {
    /// The contact point; or, where none is recorded, what to do instead.
    pub given: Given<'a>,
    /// What is to be known of it: that it stands in for another, failed, or was not checked lately.
    pub note: Option<String>,
    /// When it was last checked, in words.
    pub checked: String,
    /// How to reach somebody without a digital channel.
    pub not_digital: String,
    /// Whether it is the line of another organisation than the one to ask, which has none.
    pub of_another: bool,
}

/// What is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given<'a> {
    /// A contact point.
    Point(Reach<'a>),
    /// Nothing is recorded: what to do instead, in words.
    Advice(String),
}

impl<'a> ContactLine<'a> {
    /// What to do where no line is recorded.
    pub fn advice(words: String) -> Self {
        Self {
            note: None,
            checked: "there is no line to check".to_owned(),
            not_digital: words.clone(),
            of_another: false,
            given: Given::Advice(words),
        }
    }

    /// The contact point, where there is one.
    pub const fn reach(&self) -> Option<Reach<'a>> {
        match &self.given {
            Given::Point(reach) => Some(*reach),
            Given::Advice(_) => None,
        }
    }
}

impl<'a> Desk<'a> {
    /// The contact that an assignment names, the owner's side, then the provider's own lines.
    pub(super) fn line(
        &self,
        purpose: ContactPurpose,
        named: Option<&ContactPointId>,
    ) -> ContactLine<'a> {
        let (on, known) = (self.asking.on, self.asking.known);
        let named = named.and_then(|id| self.directory.contact_point(id, on, known));
        let named = named.filter(|reach| reach.working);
        match named.or_else(|| self.coordinator(purpose)) {
            Some(reach) => self.told_of(reach, None),
            None => match self.first_working(purpose) {
                Some(reach) => self.told_of(reach, Some(purpose)),
                None => self.advised(purpose),
            },
        }
    }

    /// Who has to find the owner of a step that nobody owns.
    fn coordinator(&self, purpose: ContactPurpose) -> Option<Reach<'a>> {
        let finds = matches!(self.state, State::Unowned | State::Unmatched);
        if !finds || purpose == ContactPurpose::Deterioration {
            return None;
        }
        let (organisation, service) = self.places(purpose).next()?;
        let ask = self.asked(organisation, service, purpose);
        self.directory.contact_kept_by(Role::PathwayCoordinator, &ask)
    }

    /// One that works stands before one that is said to have failed, wherever it is.
    fn first_working(&self, purpose: ContactPurpose) -> Option<Reach<'a>> {
        let mut failed = None;
        for (organisation, service) in self.places(purpose) {
            match self.directory.contact(&self.asked(organisation, service, purpose)) {
                Some(reach) if reach.working => return Some(reach),
                other => failed = failed.or(other),
            }
        }
        failed
    }

    fn asked<'b>(
        &self,
        organisation: &'b OdsCode,
        service: Option<&'b ServiceId>,
        purpose: ContactPurpose,
    ) -> ContactAsk<'b> {
        let (audience, on, known) = (Audience::Patient, self.asking.on, self.asking.known);
        ContactAsk { organisation, service, audience, purpose, on, known }
    }

    fn places(&self, purpose: ContactPurpose) -> impl Iterator<Item = Place<'a>> + use<'a> {
        self.places.nearest_first(self.side, self.state, purpose)
    }

    fn told_of(&self, reach: Reach<'a>, asked: Option<ContactPurpose>) -> ContactLine<'a> {
        ContactLine {
            note: self.note(&reach, asked),
            checked: checked(&reach),
            not_digital: self.not_digital(&reach),
            of_another: asked.and_then(|asked| self.lender(reach.point, asked)).is_some(),
            given: Given::Point(reach),
        }
    }

    fn note(&self, reach: &Reach<'a>, asked: Option<ContactPurpose>) -> Option<String> {
        let mut said: Vec<String> = self.for_whom().into_iter().collect();
        if let Some(Instead::Failed(other)) = reach.instead_of {
            said.push(format!("{} is out of order; this is given in its place", other.name));
        } else if let Some(asked) = asked {
            said.extend(self.stands_in(reach.point, asked));
        }
        if let Some((since, _)) = reach.failed {
            let day = day_in_words(since);
            said.push(format!(
                "this line is said not to work since {day}; {}",
                self.otherwise(reach)
            ));
        } else if let Some(days) = self.days_unchecked(reach) {
            said.push(format!("{days}; if nobody answers, {}", self.otherwise(reach)));
        }
        (!said.is_empty()).then(|| said.join(". "))
    }

    /// That the line is another's, or for another purpose, than was asked.
    fn stands_in(&self, point: &ContactPoint, asked: ContactPurpose) -> Option<String> {
        if let Some((nearest, other)) = self.lender(point, asked) {
            let (theirs, given) = (self.name(nearest), self.given_by(other));
            return Some(format!("no line of {theirs} is recorded; this is that of {given}"));
        }
        let purpose = |purpose| match purpose {
            ContactPurpose::Questions => "questions",
            ContactPurpose::Delay => "delays",
            ContactPurpose::Deterioration => "a condition that gets worse",
            ContactPurpose::General => "general matters",
            ContactPurpose::Booking => "booking",
            ContactPurpose::Results => "results",
            ContactPurpose::Bereavement => "the bereaved",
        };
        let (own, other) = (purpose(asked), purpose(point.contact_purpose));
        (asked != point.contact_purpose)
            .then(|| format!("no line for {own} is recorded; this is the one for {other}"))
    }

    /// Who was to be asked, and the other organisation whose line is given.
    fn lender<'p>(
        &self,
        point: &'p ContactPoint,
        asked: ContactPurpose,
    ) -> Option<(&'a OdsCode, &'p OdsCode)> {
        let (nearest, service) = self.places(asked).next()?;
        let own = point.organisation == *nearest
            || (point.service.is_some() && point.service.as_ref() == service);
        (!own).then_some((nearest, &point.organisation))
    }

    fn given_by(&self, code: &OdsCode) -> String {
        let known = self.directory.organisation(code, self.asking.on, self.asking.known);
        known.map_or_else(|| code.to_string(), |organisation| organisation.name.to_string())
    }

    fn days_unchecked(&self, reach: &Reach<'a>) -> Option<String> {
        let verified = reach.verified_on?;
        let unchecked = verified < self.asking.freshness.verified_since;
        unchecked.then(|| format!("nobody has checked this line since {}", day_in_words(verified)))
    }

    /// What to do where the line does not answer: its published alternative, its cover, else who else
    /// can be asked.
    fn otherwise(&self, reach: &Reach<'a>) -> String {
        let other = reach.point.alternative_contact.as_ref();
        let (on, known) = (self.asking.on, self.asking.known);
        let other = other.and_then(|id| self.directory.contact_point(id, on, known));
        match (other.filter(|other| other.working), &reach.point.cover) {
            (Some(other), _) => format!("{} ({})", route(other.point), other.point.name),
            (None, Some(cover)) => format!("it is covered by {cover}"),
            (None, None) => self.ask_there(),
        }
    }

    fn not_digital(&self, reach: &Reach<'a>) -> String {
        let (on, known) = (self.asking.on, self.asking.known);
        match self.directory.way_not_digital(reach, on, known) {
            Some(other) => route(other.point),
            None => self.ask_there(),
        }
    }

    fn advised(&self, purpose: ContactPurpose) -> ContactLine<'a> {
        let mut advice =
            format!("no contact is recorded for {}; {}", self.whose(), self.ask_there());
        if purpose == ContactPurpose::Deterioration {
            advice = format!("{advice}. {IF_WORSE}");
        }
        let about = self.for_whom().map_or_else(String::new, |whom| format!("{whom}. "));
        ContactLine {
            note: Some(format!("{about}{} has published no line for this", self.whose())),
            not_digital: self.ask_there(),
            ..ContactLine::advice(advice)
        }
    }

    fn whose(&self) -> &'a str {
        match (&self.side, self.organisation, &self.step.practice) {
            (ContactSide::Practice, _, Some(practice)) => self.name(self.present(practice)),
            (_, Some(owner), _) => self.name(self.present(owner)),
            (_, None, _) => "this pathway",
        }
    }

    fn ask_there(&self) -> String {
        let gp = if self.is_of_the_dead() { "the GP practice" } else { "your GP practice" };
        match self.step.practice.as_ref().map(|code| self.name(self.present(code))) {
            Some(practice) if practice != self.whose() => format!("ask {gp}, {practice}"),
            Some(_) => "please ask there in person".to_owned(),
            None => format!("ask {gp}"),
        }
    }
}

/// The line that one organisation rings of another, or what to do where none is published. Which
/// organisation and service, for whom and what for, is in `ask`.
pub fn line_between<'a>(
    directory: &'a Directory,
    ask: &ContactAsk<'_>,
    asking: Asking,
) -> ContactLine<'a> {
    let name = directory.organisation(ask.organisation, asking.on, asking.known);
    let name = name.map_or(ask.organisation.as_str(), |known| known.name.as_str());
    let Some(reach) = directory.contact(ask) else {
        return ContactLine {
            not_digital: format!("write to {name}"),
            ..ContactLine::advice(format!("{name} has published no line for this; write to it"))
        };
    };
    let way = directory.way_not_digital(&reach, asking.on, asking.known);
    ContactLine {
        note: reach.failed.map(|(since, _)| {
            format!("this line is said not to work since {}", day_in_words(since))
        }),
        checked: checked(&reach),
        not_digital: way.map_or_else(|| format!("write to {name}"), |other| route(other.point)),
        of_another: false,
        given: Given::Point(reach),
    }
}

fn checked(reach: &Reach<'_>) -> String {
    match reach.verified_on {
        Some(day) => format!("last checked on {}", day_in_words(day)),
        None => "nobody has recorded a check of this line".to_owned(),
    }
}

/// How to use a way that is not digital, in words.
fn route(point: &ContactPoint) -> String {
    let by_another_way = is_digital(point.channel);
    if let Some(other) = point.not_digital.as_ref().filter(|_| by_another_way) {
        return format!("ring or write to {other}");
    }
    match (point.channel, &point.access) {
        (Channel::Telephone, _) => format!("ring {}", point.endpoint),
        (Channel::Letter | Channel::Post, _) => format!("write to {}", point.endpoint),
        (Channel::InPerson, _) => format!("go to {}", point.endpoint),
        (_, Some(access)) => access.to_string(),
        (_, None) => point.endpoint.to_string(),
    }
}
