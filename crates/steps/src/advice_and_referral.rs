//! Group A: advice and referral (DOMAIN.md section 9, rows 1 to 20).

mod advice;
mod codes;
mod referral;
pub use self::{advice::*, codes::*, referral::*};
