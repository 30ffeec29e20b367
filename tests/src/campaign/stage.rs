//! What a server or a rebuild is doing when it is killed.

/// What is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// A server while eight clients record.
    Append,
    /// A server whose views are not there and are being brought up, while eight clients record.
    Projection,
    /// A server that starts.
    Start,
    /// A rebuild of every view, at any moment.
    Rebuild,
    /// A rebuild that has begun to finish and switch its views.
    Switch,
}

impl Stage {
    /// One turn of all of them.
    pub(super) const ROW: [Self; 10] = [
        Self::Append,
        Self::Projection,
        Self::Rebuild,
        Self::Append,
        Self::Switch,
        Self::Start,
        Self::Append,
        Self::Projection,
        Self::Rebuild,
        Self::Switch,
    ];
}
