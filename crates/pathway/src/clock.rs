//! The RTT clock (DOMAIN.md section 1).

/// The RTT clock of one pathway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {}
