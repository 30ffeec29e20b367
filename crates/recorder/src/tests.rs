//! What the recorder promises, over real stores in temporary directories: one that knows an id wherever it
//! stands, and one that knows it in its stream.

mod fixture;

mod by_id;
#[expect(clippy::duplicate_mod, reason = "the same promises, over another log")]
mod by_stream;
