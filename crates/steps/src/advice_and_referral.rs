//! Group A: advice and referral.

mod advice;
mod codes;
mod referral;
pub use self::{advice::*, codes::*, referral::*};
