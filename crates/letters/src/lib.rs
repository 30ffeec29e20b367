//! LETTERS. A template and facts give a letter, as plain text and as HTML.
//!
//! A template is data (`schema/letters/*.toml`): its words, whom it is for, the reasons that can be
//! given, the facts that it tells. Text and HTML are laid out from the same paragraphs, so they say the
//! same.
//!
//! Invariants of this room:
//! - pure: no input or output, no clock; the day of a letter is one of its facts;
//! - a fact that is missing is an error that names the template and the fact, never a blank;
//! - no error holds the value of a fact;
//! - in HTML every fact is escaped, and without a style sheet the letter still reads.
//!
//! Read in this order: `facts`, `template`, `templates`, `letter`, `layout`, `choose`, `basis`, `needs`,
//! `death`, `sent`.

mod basis;
mod choose;
mod death;
mod facts;
mod layout;
mod letter;
mod needs;
mod sent;
mod template;
mod templates;

pub use basis::{Basis, basis, day_in_words};
pub use choose::BadChoice;
pub use death::{HeldBack, death_known, held_back};
pub use facts::{ALWAYS, FACTS, FactInfo, Facts, fact_info};
pub use letter::{Letter, LetterError, Missing, Print};
pub use needs::{Needs, needs};
pub use sent::{Sent, suppressed, work_category};
pub use template::{Act, Audience, Choice, Side, Template, TemplateError, Topic};
pub use templates::Templates;

#[cfg(test)]
mod tests;
