//! What a `ReadReq` asks for: the form of the wire made into one of three things.

use uuid::Uuid;

use crate::{
    door::Door,
    filter::Filter,
    read::{AllRead, Answers, From, Gone, StreamRead},
    refusal::{self, Refusal},
    shared::Shared,
    subscribe::{Followed, Subscription},
    tell::Telling,
    wire::{
        StreamIdentifier,
        streams::{
            ReadReq,
            read_req::{
                Options,
                options::{
                    AllOptions, CountOption, FilterOption, ReadDirection, StreamOption,
                    StreamOptions, all_options::AllOption, stream_options::RevisionOption,
                    uuid_option,
                },
            },
        },
    },
};

pub(crate) enum Question {
    Stream(StreamRead),
    All(AllRead),
    Subscription(Followed, Telling),
}

impl Question {
    pub(crate) fn read(shared: &Shared, request: ReadReq) -> Result<Self, Refusal> {
        let mut options = request.options.ok_or_else(|| refusal::missing("options"))?;
        let source = options.stream_option.take().ok_or_else(|| refusal::missing("stream"))?;
        match source {
            StreamOption::Stream(stream) => Self::of_stream(shared, &options, stream),
            StreamOption::All(all) => Self::of_all(shared, options, all),
        }
    }

    /// Whether it is about the whole log, of whose parts each has its own rights.
    pub(crate) fn is_of_all(&self) -> bool {
        matches!(self, Self::All(_) | Self::Subscription(Followed::All { .. }, _))
    }

    fn of_stream(shared: &Shared, options: &Options, told: StreamOptions) -> Result<Self, Refusal> {
        let telling = telling(options, shared.settings.positions_in_streams)?;
        let stream = name(told.stream_identifier)?;
        let from = match told.revision_option {
            Some(RevisionOption::Revision(revision)) => From::At(revision),
            Some(RevisionOption::End(_)) => From::End,
            Some(RevisionOption::Start(_)) | None => From::Start,
        };
        match counted(options)? {
            None => Ok(Self::Subscription(Followed::stream(shared, stream, from), telling)),
            Some(count) => Ok(Self::Stream(StreamRead {
                stream,
                from,
                forwards: is_forwards(options),
                count,
                telling,
                tells_ends: options.control_option.is_some_and(|told| told.compatibility >= 1),
            })),
        }
    }

    fn of_all(shared: &Shared, options: Options, told: AllOptions) -> Result<Self, Refusal> {
        let telling = telling(&options, true)?;
        let from = match told.all_option {
            Some(AllOption::Position(position)) => From::At(position.commit_position),
            Some(AllOption::End(_)) => From::End,
            Some(AllOption::Start(_)) | None => From::Start,
        };
        let (count, forwards) = (counted(&options)?, is_forwards(&options));
        let filter = match options.filter_option {
            Some(FilterOption::Filter(filter)) => Some(filter),
            Some(FilterOption::NoFilter(_)) | None => None,
        };
        if let Some(count) = count {
            let filter = filter.map(Filter::of_read).transpose()?;
            return Ok(Self::All(AllRead { from, forwards, count, filter, telling }));
        }
        let filter = filter.map(Filter::of_subscription).transpose()?;
        let followed = Followed::all(shared, from, filter);
        let followed = followed.ok_or_else(refusal::invalid_position)?;
        Ok(Self::Subscription(followed, telling))
    }
}

fn telling(options: &Options, with_positions: bool) -> Result<Telling, Refusal> {
    let told = options.uuid_option.ok_or_else(|| refusal::missing("uuid_option"))?;
    let ids_as_text = matches!(told.content, Some(uuid_option::Content::String(_)));
    Ok(Telling { ids_as_text, with_positions })
}

/// How many are asked for; `None` for a subscription.
fn counted(options: &Options) -> Result<Option<u64>, Refusal> {
    match options.count_option {
        Some(CountOption::Count(count)) => Ok(Some(count)),
        Some(CountOption::Subscription(_)) if is_forwards(options) => Ok(None),
        Some(CountOption::Subscription(_)) => Err(refusal::invalid("a subscription goes forwards")),
        None => Err(refusal::missing("count")),
    }
}

fn is_forwards(options: &Options) -> bool {
    options.read_direction() == ReadDirection::Forwards
}

/// The name of a stream, which must be there and be text.
pub(crate) fn name(told: Option<StreamIdentifier>) -> Result<String, Refusal> {
    let told = told.ok_or_else(|| refusal::missing("stream_identifier"))?;
    let text = String::from_utf8(told.stream_name.to_vec()).unwrap_or_default();
    if text.is_empty() { Err(refusal::missing("stream_name")) } else { Ok(text) }
}

impl Door {
    /// Follows until either side ends it.
    pub(crate) fn subscribe(
        &self,
        answers: Answers,
        followed: Followed,
        telling: Telling,
    ) -> impl Future<Output = Result<(), Gone>> + Send + 'static {
        let shared = self.shared.clone();
        let nth = shared.counters.told().subscriptions;
        let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, &nth.to_be_bytes());
        Subscription::new(shared, answers, followed, telling).run(id)
    }
}
