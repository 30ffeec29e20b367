//! A quicker way to some answers: the hook through which the house keeps what it has learnt of a
//! document that is asked again and again.

use async_graphql::Request;

/// Keeps what was learnt. Called once the executor has run the document without an error.
pub type Lesson = Box<dyn FnOnce() + Send>;

/// Answers some requests without the executor, in the very bytes that the executor would give.
///
/// It stands behind the token check and before the gate, for POST and GET alone: never for streams
/// and sockets. Whatever it does not know, and whatever would be an error, is the executor's.
pub trait Shortcut: Send + Sync {
    /// The JSON text of the whole response; `None`: ask the executor. The request carries what
    /// [`RequestData`](super::RequestData) put into it.
    fn answer(&self, request: &Request) -> Option<Vec<u8>>;

    /// What can be learnt of a document that passed the gate and is about to run.
    fn lesson(&self, request: &mut Request) -> Option<Lesson>;
}
