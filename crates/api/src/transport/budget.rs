//! What a document asks for, counted before anything runs, in time linear in its length.
//!
//! Every fragment is walked once and its count remembered, so thirty fragments that each
//! spread the next one twice cost thirty steps here and not two to the thirtieth.

use std::collections::{BTreeSet, HashMap};

use async_graphql::{
    Name,
    parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};

use super::limits::Limits;

/// Introspection fields whose answer is a list that can be asked again inside itself.
const NESTING_LISTS: [&str; 4] = ["fields", "interfaces", "possibleTypes", "inputFields"];

/// Selections on the way from a root to a leaf, through fragments; it bounds our own stack.
const LEVELS_MAX: usize = 128;

/// Why a document is too much.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Excess {
    /// A count is above its bound.
    #[error("the document has more than {max} {what}; ask for less, or in several requests")]
    TooMany {
        /// What was counted.
        what: &'static str,
        /// The bound it broke.
        max: usize,
    },
    /// Fields are nested deeper than allowed.
    #[error("the document is nested deeper than {max} {what}; ask for less at once")]
    TooDeep {
        /// What was nested.
        what: &'static str,
        /// The bound it broke.
        max: usize,
    },
    /// A fragment leads back to itself.
    #[error("a fragment of the document spreads itself; remove the cycle")]
    Cycle,
}

/// What a selection set asks for once its fragments are written out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Spent {
    pub(crate) selections: usize,
    pub(crate) fields: usize,
    pub(crate) aliases: usize,
    pub(crate) directives: usize,
    pub(crate) depth: usize,
    pub(crate) introspection_depth: usize,
    pub(crate) introspection_lists: usize,
    lists: usize,
}

impl Spent {
    fn beside(self, other: Self) -> Self {
        Self {
            selections: self.selections.saturating_add(other.selections),
            fields: self.fields.saturating_add(other.fields),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            depth: self.depth.max(other.depth),
            introspection_depth: self.introspection_depth.max(other.introspection_depth),
            introspection_lists: self.introspection_lists.max(other.introspection_lists),
            lists: self.lists.max(other.lists),
        }
    }

    fn under(self, field: &Field) -> Self {
        let name = field.name.node.as_str();
        let mut spent = Self {
            selections: self.selections.saturating_add(1),
            fields: self.fields.saturating_add(1),
            aliases: self.aliases.saturating_add(usize::from(field.alias.is_some())),
            directives: self.directives.saturating_add(field.directives.len()),
            lists: self.lists + usize::from(NESTING_LISTS.contains(&name)),
            ..self
        };
        if name == "__schema" || name == "__type" {
            spent.introspection_depth = 1 + self.depth.max(self.introspection_depth);
            spent.introspection_lists = self.lists;
            spent.depth = 1;
        } else {
            spent.depth = 1 + self.depth;
            spent.introspection_depth =
                if self.introspection_depth == 0 { 0 } else { 1 + self.introspection_depth };
        }
        spent
    }

    fn with_directives(self, more: usize) -> Self {
        Self { directives: self.directives.saturating_add(more), ..self }
    }

    fn within(&self, limits: &Limits) -> Result<(), Excess> {
        at_most("selections", self.selections, limits.selections_max)?;
        at_most("fields", self.fields, limits.fields_max)?;
        at_most("aliases", self.aliases, limits.aliases_max)?;
        at_most("directives", self.directives, limits.directives_max)?;
        no_deeper("fields", self.depth, limits.depth_max)?;
        let introspection = (self.introspection_depth, limits.introspection_depth_max);
        no_deeper("introspection fields", introspection.0, introspection.1)?;
        let lists = (self.introspection_lists, limits.introspection_lists_max);
        no_deeper("introspection lists", lists.0, lists.1)
    }
}

fn at_most(what: &'static str, count: usize, max: usize) -> Result<(), Excess> {
    if count > max { Err(Excess::TooMany { what, max }) } else { Ok(()) }
}

fn no_deeper(what: &'static str, count: usize, max: usize) -> Result<(), Excess> {
    if count > max { Err(Excess::TooDeep { what, max }) } else { Ok(()) }
}

/// The count of a whole document, and how many selections had to be looked at for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bill {
    pub(crate) spent: Spent,
    pub(crate) visited: usize,
}

/// Counts every operation and every fragment of the document, used or not, as the validator
/// walks them all. The bounds hold for the sum.
pub(crate) fn check(document: &ExecutableDocument, limits: &Limits) -> Result<Bill, Excess> {
    at_most("operations", document.operations.iter().len(), limits.operations_max)?;
    at_most("fragments", document.fragments.len(), limits.fragments_max)?;
    let mut walk = Walk { document, limits, known: HashMap::new(), visited: 0 };
    let mut total = Spent::default();
    for (_, operation) in document.operations.iter() {
        let spent = walk.operation(&operation.node)?;
        total = total.beside(spent);
    }
    // In order of their names, so that the same document is always refused in the same words.
    let names: BTreeSet<&str> = document.fragments.keys().map(Name::as_str).collect();
    for name in names {
        if !walk.known.contains_key(name) {
            total = total.beside(walk.fragment(name, 0)?);
        }
    }
    total.within(limits)?;
    Ok(Bill { spent: total, visited: walk.visited })
}

/// `known` holds `None` for a fragment that is being walked: meeting it again is a cycle.
struct Walk<'a> {
    document: &'a ExecutableDocument,
    limits: &'a Limits,
    known: HashMap<&'a str, Option<Spent>>,
    visited: usize,
}

impl<'a> Walk<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Spent, Excess> {
        let variables = &operation.variable_definitions;
        at_most("variables", variables.len(), self.limits.variables_max)?;
        let directives = operation.directives.len()
            + variables.iter().map(|variable| variable.node.directives.len()).sum::<usize>();
        let spent = self.set(&operation.selection_set.node, 0)?;
        Ok(spent.with_directives(directives))
    }

    fn set(&mut self, set: &'a SelectionSet, level: usize) -> Result<Spent, Excess> {
        at_most("selections in one set", set.items.len(), self.limits.selections_per_set_max)?;
        no_deeper("levels", level, LEVELS_MAX)?;
        let mut spent = Spent::default();
        for item in &set.items {
            self.visited += 1;
            spent = spent.beside(self.selection(&item.node, level)?);
        }
        Ok(spent)
    }

    fn selection(&mut self, selection: &'a Selection, level: usize) -> Result<Spent, Excess> {
        let inner = match selection {
            Selection::Field(field) => {
                let below = self.set(&field.node.selection_set.node, level + 1)?;
                return Ok(below.under(&field.node));
            }
            Selection::InlineFragment(inline) => {
                self.set(&inline.node.selection_set.node, level + 1)?
            }
            Selection::FragmentSpread(spread) => {
                self.fragment(spread.node.fragment_name.node.as_str(), level + 1)?
            }
        };
        let itself = Spent { selections: 1, ..Spent::default() };
        Ok(inner.beside(itself).with_directives(selection.directives().len()))
    }

    fn fragment(&mut self, name: &'a str, level: usize) -> Result<Spent, Excess> {
        match self.known.get(name) {
            Some(Some(spent)) => return Ok(*spent),
            Some(None) => return Err(Excess::Cycle),
            None => (),
        }
        // A name nobody defined is the validator's to report; here it weighs its own spread.
        let Some(fragment) = self.document.fragments.get(name) else {
            return Ok(Spent::default());
        };
        self.known.insert(name, None);
        let spent = self.set(&fragment.node.selection_set.node, level)?;
        let spent = spent.with_directives(fragment.node.directives.len());
        self.known.insert(name, Some(spent));
        Ok(spent)
    }
}

#[cfg(test)]
mod tests;
