//! Names of streams: a category and a random id, never anything about a person.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// What a stream is about. A projector asks for whole categories, never for names by pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// The steps of one pathway.
    Pathway,
    /// The directory: a service, its contact points and hours.
    Service,
    /// Facts about a patient that outlive one pathway.
    Patient,
    /// Which pack of rules is in force.
    Policy,
    /// Steps that matched no pathway and wait for a person.
    Inbox,
    /// Who holds an identifier that may be held once.
    Identifier,
}

impl Category {
    /// Every category, in the order of declaration.
    pub const ALL: [Self; 6] =
        [Self::Pathway, Self::Service, Self::Patient, Self::Policy, Self::Inbox, Self::Identifier];

    /// The word before the dash in a stream's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pathway => "pathway",
            Self::Service => "service",
            Self::Patient => "patient",
            Self::Policy => "policy",
            Self::Inbox => "inbox",
            Self::Identifier => "identifier",
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Names one stream. Written `pathway-67e55044-10b1-426f-9247-bb680e5fe0c8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    /// What the stream is about.
    pub category: Category,
    /// Which of its kind; random, so that it says nothing about a person.
    pub id: Uuid,
}

impl StreamId {
    /// Names the stream of this category with this id.
    pub const fn new(category: Category, id: Uuid) -> Self {
        Self { category, id }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.category, self.id)
    }
}

/// A text that names no stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stream is named by a category, a dash and a UUID")]
pub struct BadStreamId;

impl FromStr for StreamId {
    type Err = BadStreamId;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        let (name, id) = raw.split_once('-').ok_or(BadStreamId)?;
        let category = Category::ALL
            .into_iter()
            .find(|category| category.name() == name)
            .ok_or(BadStreamId)?;
        let parsed = Uuid::try_parse(id).ok().ok_or(BadStreamId)?;
        let stream = Self::new(category, parsed);
        // One stream, one spelling: upper case, braces and missing dashes are refused.
        if stream.id.hyphenated().to_string() == id { Ok(stream) } else { Err(BadStreamId) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: Uuid = Uuid::from_u128(0x67e5_5044_10b1_426f_9247_bb68_0e5f_e0c8);

    #[test]
    fn a_name_reads_back_as_its_stream_in_every_category() {
        for category in Category::ALL {
            let stream = StreamId::new(category, ID);
            assert_eq!(stream.to_string().parse(), Ok(stream));
        }
        assert_eq!(
            StreamId::new(Category::Pathway, ID).to_string(),
            "pathway-67e55044-10b1-426f-9247-bb680e5fe0c8"
        );
    }

    #[test]
    fn a_stream_has_one_spelling_and_no_other() {
        for raw in [
            "",
            "pathway",
            "pathway-",
            "ward-67e55044-10b1-426f-9247-bb680e5fe0c8",
            "Pathway-67e55044-10b1-426f-9247-bb680e5fe0c8",
            "pathway-67E55044-10b1-426f-9247-bb680e5fe0c8",
            "pathway-67e5504410b1426f9247bb680e5fe0c8",
            "pathway-{67e55044-10b1-426f-9247-bb680e5fe0c8}",
        ] {
            assert_eq!(raw.parse::<StreamId>(), Err(BadStreamId), "{raw}");
        }
    }
}
